import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { isWorkerAlive } from '../db/workers';
import { VERSION } from '../version';
import type { HealthAnswer, ProbeAnswer } from './answers/service';
import type { ApiRouter } from './context';
import type { ApiDeps } from './deps';

const ANSWER_WITHIN_MS = 2_000;
const REMEMBER_MS = 1_000;
const WORKER_SEEN_WITHIN_SECONDS = 20;

type HealthDeps = Pick<ApiDeps, 'db' | 'config' | 'quotes' | 'workflows' | 'isDraining'>;

/** Whether everything that alerts need is up, for people; and for orchestrators, whether this process lives and takes requests. */
export function addHealthRoutes(router: ApiRouter, deps: HealthDeps): void {
  // Anybody may ask, as often as they like.
  const health = remembered(() => checkHealth(deps));
  const database = remembered(() => answersDatabase(deps.db));

  router.get('/health', async (ctx) => {
    const answer = await health();
    ctx.status = answer.status === 'ok' ? 200 : 503;
    ctx.body = answer;
  });

  // A process that answers runs; whether what it needs is up, a restart would not mend.
  router.get('/health/live', (ctx) => {
    ctx.body = { status: 'ok' } satisfies ProbeAnswer;
  });

  router.get('/health/ready', async (ctx) => {
    const status = deps.isDraining() ? 'draining' : (await database()) ? 'ok' : 'down';
    ctx.status = status === 'ok' ? 200 : 503;
    ctx.body = { status } satisfies ProbeAnswer;
  });
}

/** Answers for a second what was found out last, also to those who ask while it is. */
function remembered<T>(find: () => Promise<T>): () => Promise<T> {
  let last: { startedAt: number; found: Promise<T> } | undefined;
  return async () => {
    const now = performance.now();
    if (last === undefined || now - last.startedAt > REMEMBER_MS) last = { startedAt: now, found: find() };
    return await last.found;
  };
}

const answersDatabase = (db: HealthDeps['db']) =>
  isTrueInTime(async () => (await sql`select 1`.execute(db)).rows.length === 1);

async function checkHealth({ db, config, quotes, workflows }: HealthDeps): Promise<HealthAnswer> {
  const [database, temporal, worker] = await Promise.all([
    answersDatabase(db),
    isTrueInTime(() => workflows.isUp()),
    isTrueInTime(() => isWorkerAlive(db, WORKER_SEEN_WITHIN_SECONDS)),
  ]);
  const up = { database, temporal, worker, quotes: quotes.fresh().length > 0 };
  const word = (isUp: boolean) => (isUp ? 'ok' : 'down');
  return {
    status: Object.values(up).every(Boolean) ? 'ok' : 'degraded',
    version: VERSION,
    market: config.market,
    checks: {
      database: word(up.database),
      temporal: word(up.temporal),
      worker: word(up.worker),
      quotes: word(up.quotes),
    },
  };
}

async function isTrueInTime(check: () => Promise<boolean>): Promise<boolean> {
  const patience = new AbortController();
  try {
    return await Promise.race([check(), sleep(ANSWER_WITHIN_MS, false, { signal: patience.signal })]);
  } catch {
    return false;
  } finally {
    patience.abort();
  }
}

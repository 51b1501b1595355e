import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { candlesCame } from '../../src/analysis';
import { listAlarms } from '../../src/db/alarms';
import { listReports, type ReportRow } from '../../src/db/reports';
import type { Database } from '../../src/db/schema';
import { TASK_QUEUES } from '../../src/domain/task-queues';
import { startWorkers, type Workers } from '../../src/worker';
import type { MarketReportInput } from '../../src/workflows/market-report';
import { seedCandles } from '../support/candles';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { startSlack, type TestSlack } from '../support/slack';
import { quietRuntime, testLog, testStack } from '../support/stack';
import { createTestNamespace, type TestNamespace } from '../support/temporal';

export const HOUR_MS = 3_600_000;
/** The hour in which BTC fell, on 2021-05-13 at 00:03, is told as if it had been this one. */
export const FALL_MS = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 3 * HOUR_MS;
const RECORDED_FALL = '2021-05-13T00:00Z';
/** Quick, and over soon. */
const RETRY = { initialMs: 50, maximumMs: 100, attempts: 3 };

interface Parts {
  namespace: TestNamespace;
  database: TestDatabase;
  slack: TestSlack;
  /** `DATA_DIR` */
  folder: string;
}

/** What `useReports` has started. */
export const parts = {} as Parts;
let workers: Workers;
let runs = 0;

/** Starts a worker and a test Slack; each test begins with an empty database and archive, and a recorded fall in it. */
export function useReports(): void {
  beforeAll(async () => {
    quietRuntime();
    parts.database = await createTestDatabase();
    parts.namespace = await createTestNamespace();
    parts.slack = await startSlack();
    parts.folder = mkdtempSync(join(tmpdir(), 'pricehook-report-'));
    const stack = testStack(
      {
        databaseUrl: parts.database.url,
        temporalAddress: parts.namespace.address,
        namespace: parts.namespace.namespace,
      },
      {
        ...{ TICKERS: 'BTC', SOURCES: 'binance,kraken,okx', DATA_DIR: parts.folder },
        ...{ SLACK_WEBHOOK_URL: parts.slack.url, PUBLIC_URL: 'http://prices.example' },
        ...{ WEBHOOK_RETRY_INITIAL: '100ms', WEBHOOK_RETRY_MAX: '200ms' },
      },
    );
    workers = await startWorkers(stack, testLog, process.env.TEST_WORKFLOW_BUNDLE);
  });

  afterAll(async () => {
    await workers?.stop();
    await parts.slack?.close();
    await parts.namespace?.close();
    await parts.database?.drop();
    rmSync(parts.folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    const { db } = parts.database;
    await sql`
      truncate reports, report_state, quality_violations, source_failures, notices, notice_attempts, alarms, candles,
        source_quotes, ticks, anomalies, anomaly_states, statistics_minute, statistics_hour, sources`.execute(
      db,
    );
    rmSync(join(parts.folder, 'archive'), { recursive: true, force: true });
    parts.slack.fail(undefined);
    parts.slack.messages.length = 0;
    parts.slack.receiver.requests.length = 0;
    await seedFall(db);
  });
}

/** The day before the fall and its hour as candles, and what three exchanges said in that hour. */
export async function seedFall(db: Kysely<Database>): Promise<void> {
  await seedCandles(db, { ticker: 'BTC', from: '2021-05-12T00:00Z', to: '2021-05-13T01:00Z' });
  const laterS = (FALL_MS - Date.parse(RECORDED_FALL)) / 1_000;
  await sql`update candles set minute = minute + make_interval(secs => ${laterS})`.execute(db);
  await sql`
    insert into source_quotes (market, ticker, source, price, source_time, received_at, tick_at, accepted)
    select 'replay', 'BTC', s.name, close, at, at + interval '100 milliseconds', at, true
    from candles, generate_series(minute, minute + interval '50 seconds', interval '10 seconds') as at,
      unnest(array['binance', 'kraken', 'okx']) as s (name)
    where minute >= ${new Date(FALL_MS)} order by at, s.name`.execute(db);
}

/** Reports the hour of the fall, or what else is wished; answers how it failed, or null. */
export async function report(input: MarketReportInput = {}): Promise<string | null> {
  runs += 1;
  const span = { fromMs: FALL_MS, toMs: FALL_MS + HOUR_MS, retry: RETRY, ...input };
  return await run('marketReport', span);
}

/** Reports what is owed. */
export async function reportOwed(input: MarketReportInput = {}): Promise<string | null> {
  return await run('marketReport', { retry: RETRY, ...input });
}

export async function run(type: string, ...args: object[]): Promise<string | null> {
  runs += 1;
  const workflowId = `${type}-${runs}`;
  return await parts.namespace.client.workflow
    .execute(type, { taskQueue: TASK_QUEUES.ingestion, workflowId, args })
    .then(
      () => null,
      (error: Error) => (error.cause as Error).message,
    );
}

export async function rows(): Promise<ReportRow[]> {
  return (await listReports(parts.database.db, 'replay', { limit: 100 })).reverse();
}

export async function alarms(): Promise<string[]> {
  const all = await listAlarms(parts.database.db, 'replay', { limit: 100 });
  return all.reverse().map(({ key, closed_at }) => `${key} ${closed_at === null ? 'open' : 'closed'}`);
}

/** Takes candles away, from one minute of the hour of the fall until before another; answers what puts them back, fetched. */
export async function withoutCandles(fromMinute: number, toMinute: number): Promise<() => Promise<void>> {
  const { db } = parts.database;
  const at = (minute: number) => FALL_MS + minute * 60_000;
  const taken = await db
    .deleteFrom('candles')
    .where('minute', '>=', new Date(at(fromMinute)))
    .where('minute', '<', new Date(at(toMinute)))
    .returningAll()
    .execute();
  return async () => {
    await db.insertInto('candles').values(taken).execute();
    const span = { market: 'replay' as const, ticker: 'BTC', fromMs: at(fromMinute), toMs: at(toMinute) };
    await candlesCame(db, span, 24 * HOUR_MS);
  };
}

/** Every file of the archive with its SHA-256. */
export function files(): Record<string, string> {
  const archive = join(parts.folder, 'archive/replay');
  const names = readdirSync(archive, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const hash = (name: string) => createHash('sha256').update(readFileSync(name)).digest('hex');
  return Object.fromEntries(names.sort().map((name) => [name.slice(archive.length + 1), hash(name)]));
}

export const told = () => parts.slack.messages.map(({ text }) => text);

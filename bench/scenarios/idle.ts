import { EventEmitter, once } from 'node:events';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { createAlertActivities } from '../../src/activities/alerts';
import { readConfig } from '../../src/config';
import { insertAlert } from '../../src/db/alerts';
import { MAX_CHECK_DELAY_MS } from '../../src/domain/alert';
import { alertWorkflowId, alertWorkflowOptions } from '../../src/temporal';
import type { priceAlert } from '../../src/workflows/price-alert';
import { insertUsers, until } from '../alerts';
import { TICKERS } from '../publisher';
import { type Fortnight, MINUTE_MS, readRecordedFortnight } from '../recorded';
import type { Bench, Figure, Scenario } from '../scenario';
import { billedActions } from '../simulated/actions';
import { openSimulatedMarket, type SimulatedMarket } from '../simulated/market';
import { planSleepers, type Sleeper } from '../simulated/plan';
import { median } from '../statistics';
import { runsOf, withTimeSkipping } from '../time-skipping';

const DISTANCES = [0.01, 0.05, 0.2];
/** At this distance there is a target. */
const TYPICAL = 0.05;
const MOST_ACTIONS = 24;
/** A timer and an activity every ten seconds. */
const POLLING_ACTIONS = (2 * 86_400) / 10;
const DAY_MS = 86_400_000;
const AWAKE = Symbol('an alert does not wait any more');

/** An alert of which everything is known that it did. */
interface Slept extends Sleeper {
  actions: number;
  checks: number;
}

/**
 * What a sleeping alert costs a day. The workflow, `checkAlert` and its SQL are the real ones, on a real PostgreSQL and
 * Temporal's time-skipping server; the database's clock is the server's, moved back into the recorded fortnight.
 */
export const idle: Scenario = {
  name: 'idle',
  about: 'Temporal actions and database statements of a sleeping alert a day, in the recorded fortnight',
  settings: { pollingEvery10s: `${POLLING_ACTIONS.toLocaleString('en-US')} actions a day` },
  run: (bench) =>
    bench.withStack(async (stack) => {
      const fortnight = readRecordedFortnight();
      bench.say('putting the fortnight into the database');
      const market = await openSimulatedMarket(await stack.newDatabase(), fortnight);
      try {
        const tickers = Math.max(1, Math.floor(TICKERS.length / bench.shrink));
        const plan = planSleepers(fortnight, { rounds: bench.rounds, distances: DISTANCES, tickers });
        const { slept, statementsPerCheck } = await sleepThrough(plan, market, fortnight, bench.say);
        return DISTANCES.flatMap((distance) => figures(distance, slept, statementsPerCheck, bench.rounds));
      } finally {
        await market.close();
      }
    }),
};

interface Simulation {
  env: TestWorkflowEnvironment;
  market: SimulatedMarket;
  userId: string;
  /** The server's time, less this, is the simulated time. */
  shiftMs: number;
}

async function sleepThrough(
  plan: Sleeper[],
  market: SimulatedMarket,
  fortnight: Fortnight,
  say: Bench['say'],
): Promise<{ slept: Slept[]; statementsPerCheck: number }> {
  let statements = 0;
  let checks = 0;
  const { checkAlert } = createAlertActivities({
    db: market.watched(() => {
      statements += 1;
    }),
    reopenAfterReset: async () => false,
  });
  const news = new EventEmitter();
  let shiftMs = 0;
  /** What happens next; the server's clock never stops, and on a busy machine an alert must not see past its end. */
  let nextMs = fortnight.startsAtMs;
  const simulatedNow = async (env: TestWorkflowEnvironment) => (await env.currentTimeMs()) - shiftMs;

  const slept = await withTimeSkipping(
    (env) => ({
      async checkAlert(input) {
        await market.goTo(Math.min(await simulatedNow(env), nextMs));
        const result = await checkAlert(input);
        checks += 1;
        if (result.state !== 'waiting') news.emit(AWAKE, input.alertId, result);
        return result;
      },
    }),
    (env) => Promise.race([drive(env), noneAwake(news)]),
  );
  return { slept, statementsPerCheck: statements / checks };

  async function drive(env: TestWorkflowEnvironment): Promise<Slept[]> {
    shiftMs = (await env.currentTimeMs()) - fortnight.startsAtMs;
    const [userId = ''] = await insertUsers(market.db, 1);
    const done: Slept[] = [];
    const moments = plan
      .flatMap((sleeper) => {
        const started = { sleeper, end: undefined as (() => Promise<Slept>) | undefined };
        const start = async () => {
          started.end = await startSleeper({ env, market, userId, shiftMs }, sleeper);
        };
        const stop = async () => void done.push(await (started.end as () => Promise<Slept>)());
        return [
          { atMs: sleeper.startsAtMs, act: start },
          { atMs: sleeper.endsAtMs, act: stop },
        ];
      })
      .sort((a, b) => a.atMs - b.atMs);
    let saidDay = 0;
    for (const { atMs, act } of moments) {
      nextMs = atMs;
      const ahead = atMs - (await simulatedNow(env));
      if (ahead > 0) await env.sleep(ahead);
      await market.goTo(atMs);
      await act();
      const day = Math.floor((atMs - fortnight.startsAtMs) / DAY_MS);
      if (day > saidDay)
        say(`day ${day} of ${Math.round((fortnight.minutes * MINUTE_MS) / DAY_MS)}, ${checks} checks`);
      saidDay = day;
    }
    await checkClock(market, fortnight);
    return done;
  }
}

/** Never resolves. Time is not skipped while an activity waits for a worker, so a firing would stop everything. */
async function noneAwake(news: EventEmitter): Promise<never> {
  const [alertId, result] = await once(news, AWAKE);
  throw new Error(`Alert ${alertId} has not stayed asleep: ${JSON.stringify(result)}`);
}

/** The statements have taken the simulated moment for now: what they have written lies in the fortnight. */
async function checkClock({ db }: SimulatedMarket, { startsAtMs, minutes }: Fortnight): Promise<void> {
  const last = new Date(startsAtMs + minutes * MINUTE_MS + MAX_CHECK_DELAY_MS);
  const outside = await db.selectFrom('alerts').select('id').where('next_check_at', '>', last).execute();
  if (outside.length > 0) throw new Error(`${outside.length} alerts were checked at another time`);
}

/** Creates an alert and its workflow; answers how to end it, which counts what it did. */
async function startSleeper(
  { env, market, userId, shiftMs }: Simulation,
  sleeper: Sleeper,
): Promise<() => Promise<Slept>> {
  const { ticker, condition, targetPrice, endsAtMs } = sleeper;
  const alert = {
    ticker,
    condition,
    targetPrice,
    webhookUrl: 'http://127.0.0.1:9/hook',
    rule: null,
    byChildren: false,
  };
  const row = await insertAlert(market.db, { ...alert, userId, market: 'replay', maxActive: 1_000_000 });
  if ('refusal' in row) throw new Error(`Refused (${row.refusal}): ${JSON.stringify(sleeper)}`);
  const { webhook } = readConfig({}, true);
  const handle = await env.client.workflow.start<typeof priceAlert>('priceAlert', {
    ...alertWorkflowOptions({ ...alert, id: row.id, ownerId: userId }, webhook),
    // In skipped time; a busy machine must not make a task late.
    workflowTaskTimeout: '5m',
  });
  const isAsleep = async () =>
    Boolean((await handle.fetchHistory()).events?.at(-1)?.timerStartedEventAttributes);
  // Before time is skipped, as it would be in the world.
  await until(isAsleep);
  return async () => {
    // On this server, time stands still for good when a workflow is terminated in the middle of a task.
    await until(isAsleep);
    // Refused where the workflow has ended: none may come true before its line is crossed.
    await handle.terminate();
    const runs = await runsOf(env.client, alertWorkflowId(row.id), handle.firstExecutionRunId);
    const events = runs.flat();
    const checks = events.filter((event) => event.markerRecordedEventAttributes);
    const lastLookMs = Number(checks.at(-1)?.eventTime?.seconds) * 1_000 - shiftMs;
    if (endsAtMs - lastLookMs > MAX_CHECK_DELAY_MS + MINUTE_MS)
      throw new Error(
        `An alert has slept too long: ${JSON.stringify(sleeper)}, last look ${new Date(lastLookMs)}`,
      );
    const actions = runs.reduce((sum, run) => sum + billedActions(run), 0);
    return { ...sleeper, actions, checks: checks.length };
  };
}

function figures(distance: number, slept: Slept[], statementsPerCheck: number, rounds: number): Figure[] {
  const those = slept.filter((each) => each.distance === distance);
  const days = (each: Slept[]) =>
    each.reduce((sum, { startsAtMs, endsAtMs }) => sum + endsAtMs - startsAtMs, 0) / DAY_MS;
  const perDay = (count: (each: Slept) => number) =>
    Array.from({ length: rounds }, (_, round) => {
      const ofRound = those.filter((each) => each.round === round);
      return ofRound.reduce((sum, each) => sum + count(each), 0) / days(ofRound);
    });
  const what = `${distance * 100} % away, ${those.length} alerts asleep for ${Math.round(days(those))} days`;
  const actions = perDay((each) => each.actions);
  const typical = distance === TYPICAL;
  return [
    {
      what: `actions, ${what}`,
      unit: 'a day',
      ours: actions,
      ...(typical ? { target: `at most ${MOST_ACTIONS}`, met: median(actions) <= MOST_ACTIONS } : {}),
    },
    {
      what: `statements, ${what}`,
      unit: 'a day',
      ours: perDay((each) => each.checks * statementsPerCheck),
    },
  ];
}

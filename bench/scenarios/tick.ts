import { type Kysely, sql } from 'kysely';
import { MetricValues } from '../../src/activities/metric-values';
import { wakeClaimed } from '../../src/activities/wakes';
import { readConfig } from '../../src/config';
import { connectDatabase } from '../../src/db/connect';
import type { Database } from '../../src/db/schema';
import { insertUsers } from '../alerts';
import { createPublisher, type Prices, type Publish, TICKERS } from '../publisher';
import { storeQuiveringDays } from '../rules/candles';
import { insertRules } from '../rules/insert';
import { quivering, type Values, WATCHED, waitingRule } from '../rules/waiting';
import type { Bench, Figure, Scenario } from '../scenario';
import type { Stack } from '../stack';
import { median } from '../statistics';

const SIZES = [1_000, 10_000, 100_000, 1_000_000];
const TICKS = 100;
const WARM_UP = 20;
const TICK_MS = 10_000;
const BATCH = 50_000;
const RULES_A_BATCH = 10_000;
const MOST = 1.5;
const START: Prices = { BTC: 57_000, ETH: 3_500, DOGE: 0.5, SOL: 45, BNB: 620 };
/** Prices move by less than this, and no target is nearer than twice as much. */
const QUIVER = 0.005;
/** How far the two sources lie apart. */
const SPREAD = 0.001;

/** One database with so many alerts, and what publishes there. */
interface Market {
  alerts: number;
  db: Kysely<Database>;
  publish: Publish;
  tickAtMs: number;
}

/** What there is after all ticks. */
interface Found {
  waiting: number;
  plain: number;
  watched: number;
  deliveries: number;
  nearestPlain: string;
  nearestRule: string;
}

/** What a tick costs that makes no alert come true, by how many alerts wait. */
export const tick: Scenario = {
  name: 'tick',
  about:
    'one publishQuotes that makes no alert come true, by the number of waiting alerts, every second one with a rule',
  settings: {
    tickers: TICKERS.length,
    series: WATCHED.length,
    ticksARound: TICKS,
    nearestTarget: `${QUIVER * 200} %`,
  },
  run: (bench) =>
    bench.withStack(async (stack) => {
      const markets: Market[] = [];
      try {
        for (const size of SIZES) {
          const alerts = Math.ceil(size / bench.shrink);
          bench.say(`inserting ${alerts} alerts into a database of their own`);
          markets.push(await openMarket(stack, alerts, bench.say));
        }
        const rounds = await measure(bench, markets);
        for (const market of markets) await checkNothingFired(market);
        return figures(markets, rounds);
      } finally {
        for (const { db } of markets) await db.destroy();
      }
    }),
};

async function openMarket(stack: Stack, alerts: number, say: Bench['say']): Promise<Market> {
  // Connections as the worker has them, but with time for the housekeeping after a million inserts.
  const db = connectDatabase(await stack.newDatabase(), {
    maxConnections: 2,
    onIdleError: () => {},
    queryTimeoutMs: 600_000,
  });
  const { webhook } = readConfig(stack.env, true);
  const publish = createPublisher(
    db,
    () => wakeClaimed({ db, client: stack.temporal.client, webhook }),
    SPREAD,
  );
  const market: Market = { alerts, db, publish, tickAtMs: Date.now() - 86_400_000 };
  await storeQuiveringDays(db, START, QUIVER, market.tickAtMs + TICK_MS);
  await publishNext(market, START);
  const users = await insertUsers(db, Math.ceil(alerts / 20));
  const rules = Math.floor(alerts / 2);
  await seedRules(market, users, rules, say);
  await seedAlerts(db, users, alerts - rules, say);
  // What autovacuum does within minutes, so that it does not do it in the middle of the measurement.
  await sql`vacuum analyze`.execute(db);
  await sql`checkpoint`.execute(db);
  return market;
}

/** Alerts with rules, as they are after the look at the prices of the start. */
async function seedRules(market: Market, users: string[], rules: number, say: Bench['say']): Promise<void> {
  const values = await valuesAtStart(market);
  for (let from = 0; from < rules; from += RULES_A_BATCH) {
    const batch = Array.from({ length: Math.min(RULES_A_BATCH, rules - from) }, (_, n) =>
      waitingRule(from + n, QUIVER, values),
    );
    await insertRules(market.db, { users, rules: batch, url: 'http://127.0.0.1:9/hook' });
    if (from > 0 && from % (20 * RULES_A_BATCH) === 0) say(`${from} of ${rules} with rules`);
  }
}

/** All metrics are known there. */
async function valuesAtStart({ db, tickAtMs }: Market): Promise<Values> {
  const quotes = TICKERS.map((ticker) => ({
    ...{ ticker, price: START[ticker], quotedAtMs: tickAtMs },
    ...{ sources: ['binance', 'okx'] as ['binance', 'okx'], spread: SPREAD, isJump: false },
  }));
  const known = await new MetricValues('replay').at(db, quotes, WATCHED);
  return {
    atMs: tickAtMs,
    of(ticker, metric) {
      const found = known.find((value) => value.ticker === ticker && value.metric === metric);
      if (found === undefined) throw new Error(`${metric} of ${ticker} is not known`);
      return found;
    },
  };
}

/** Plain alerts of all tickers, users and both conditions, 1 to 21 % on the far side of the prices, in no order. */
async function seedAlerts(
  db: Kysely<Database>,
  users: string[],
  alerts: number,
  say: Bench['say'],
): Promise<void> {
  for (let from = 0; from < alerts; from += BATCH) {
    await sql`
      insert into alerts
        (user_id, market, ticker, condition, target_price, webhook_url, armed_seq, checked_seq, next_check_at)
      select (${users}::uuid[])[1 + n / ${2 * TICKERS.length} % ${users.length}], 'replay', q.ticker, c.condition,
        round(q.price * (1 + c.sign * (${2 * QUIVER} + 0.2 * (n * 0.6180339887498949 % 1))), 12),
        'http://127.0.0.1:9/hook', q.seq, q.seq, now() + interval '1 hour'
      from generate_series(${from}::int, ${Math.min(from + BATCH, alerts) - 1}::int) as n
      join (select row_number() over (order by seq) - 1 as place, * from quotes) as q on q.place = n % ${TICKERS.length}
      join (values (0, 'gt', 1), (1, 'lt', -1)) as c (place, condition, sign) on c.place = n / ${TICKERS.length} % 2`.execute(
      db,
    );
    if (from > 0 && from % (4 * BATCH) === 0) say(`${from} of ${alerts} plain ones`);
  }
}

/** Milliseconds of each tick, by round and market. The markets take turns, and each begins as often as the others. */
async function measure(bench: Bench, markets: Market[]): Promise<number[][][]> {
  const ticks = Math.ceil(TICKS / bench.shrink);
  const rounds: number[][][] = [];
  for (let round = -1; round < bench.rounds; round += 1) {
    const warmUp = round === -1;
    bench.say(warmUp ? 'warming up' : `round ${round + 1}: ${ticks} ticks of each, in turns`);
    const times: number[][] = markets.map(() => []);
    for (let n = 0; n < (warmUp ? Math.ceil(WARM_UP / bench.shrink) : ticks); n += 1) {
      for (let turn = 0; turn < markets.length; turn += 1) {
        const which = (n + turn) % markets.length;
        times[which]?.push(await publishNext(markets[which] as Market, quivering(START, QUIVER, n)));
      }
    }
    if (!warmUp) rounds.push(times);
  }
  return rounds;
}

/** @returns how many milliseconds the tick took */
async function publishNext(market: Market, prices: Prices): Promise<number> {
  market.tickAtMs += TICK_MS;
  const startedAt = performance.now();
  const result = await market.publish(market.tickAtMs, prices, market.tickAtMs);
  const took = performance.now() - startedAt;
  if (result.fired !== 0 || result.quotes !== TICKERS.length)
    throw new Error(`Not a tick without a crossing: ${JSON.stringify(result)}`);
  return took;
}

/** And that the alerts could have: the nearest plain one and the nearest with a rule come true when their lines are crossed, and they alone. */
async function checkNothingFired({ db, alerts, publish, tickAtMs }: Market): Promise<void> {
  const { rows } = await sql<Found>`
    select count(*)::int as waiting, count(*) filter (where rule is null)::int as plain,
      (select count(*)::int from watches) as watched, (select count(*)::int from deliveries) as deliveries,
      min(target_price) filter (where rule is null and ticker = 'BTC' and condition = 'gt') as "nearestPlain",
      min(target_price) filter (where rule is not null and ticker = 'BTC' and condition = 'gt') as "nearestRule"
    from alerts where status = 'active'`.execute(db);
  const [found] = rows;
  if (found?.waiting !== alerts || found.watched + found.plain !== alerts || found.deliveries !== 0)
    throw new Error(`Of ${alerts} alerts some came true: ${JSON.stringify(found)}`);
  const nearest = Math.max(Number(found.nearestPlain), Number(found.nearestRule));
  const { fired } = await publish(
    tickAtMs + TICK_MS,
    { ...START, BTC: nearest * (1 + 1e-9) },
    tickAtMs + TICK_MS,
  );
  if (fired !== 2)
    throw new Error(`${fired} alerts came true where the lines of the two nearest were crossed`);
}

function figures(markets: Market[], rounds: number[][][]): Figure[] {
  const ours = markets.map((_, which) => rounds.map((times) => median(times[which] as number[])));
  const smallest = median(ours[0] as number[]);
  return markets.map(({ alerts }, which): Figure => {
    const values = ours[which] as number[];
    const ratio = median(values) / smallest;
    const what = `median tick among ${alerts.toLocaleString('en-US')} alerts`;
    if (which < markets.length - 1) return { what, unit: 'ms', ours: values, ratio };
    const target = `at most ${MOST} × as with ${markets[0]?.alerts.toLocaleString('en-US')}`;
    return { what, unit: 'ms', ours: values, ratio, target, met: ratio <= MOST };
  });
}

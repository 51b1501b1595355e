import { sql } from 'kysely';
import type { AlertToStart } from '../../src/db/wakes';
import type { Repeat } from '../../src/domain/rule';
import { MINUTE_MS } from '../../src/domain/statistics';
import { insertAlerts, insertUsers, putToSleep, untilDelivered } from '../alerts';
import { type Arrivals, now, receiveArrivals } from '../arrivals';
import { signalFloorAlerts, startFloorAlerts, startFloorWorker, untilClosed } from '../floor/client';
import { storeQuiveringDays } from '../rules/candles';
import { crossingRule, type Doubling } from '../rules/crossing';
import { insertRules } from '../rules/insert';
import type { Bench, Figure, Scenario } from '../scenario';
import type { Stack } from '../stack';
import { median, ratioOf } from '../statistics';
import { openTicks, type Ticks } from '../ticks';

const SIZES = [500, 2_000, 5_000];
const USERS = 50;
const PRICE = 50_000;
const DOUBLING: Doubling = { ticker: 'BTC', from: PRICE, other: { ticker: 'ETH', price: 3_500 } };
/** Before it doubles, and afterwards. */
const [BEFORE, AFTER] = [
  { BTC: PRICE, ETH: 3_500 },
  { BTC: 2 * PRICE, ETH: 3_500 },
];
/** How far prices moved in the days before. */
const QUIVER = 0.001;
/** So many of the alerts are measured again, those with rules as ones that may go on: their messages are delivered by children. */
const REPEATING_SIZE = 2_000;
/** One firing, after which their workflows end, too. */
const REPEAT = { everyMs: 3_600_000, maxFirings: 1, rearm: null, rebase: false };
/** A polling checker, RabbitMQ and a sender with ten in flight, measured on such a machine. */
const replacedSystemSeconds = (alerts: number) => 10 + alerts / 170;
/** Up to this size the replaced system must be beaten; beyond, it is reported. */
const BEAT_UP_TO = 2_000;

/** A leap of the market: many alerts of one ticker, every second one with a rule, come true in one tick. */
export const burst: Scenario = {
  name: 'burst',
  about:
    "all alerts of one ticker, every second one with a rule, cross in one tick: from the quote's commit to the last arrival",
  settings: { sizes: SIZES.join(', '), users: USERS, repeating: REPEATING_SIZE },
  async run(bench) {
    const figures: Figure[] = [];
    for (const size of SIZES.map((full) => Math.ceil(full / bench.shrink))) {
      const seconds = await bench.withStack((stack) => measure(bench, stack, size, null));
      const [ours, floor] = [rates(size, seconds.ours), rates(size, seconds.floor)];
      figures.push({
        what: `${size} alerts, deliveries a second`,
        unit: '/s',
        ours,
        floor,
        target: 'at least 0.8 × floor',
        met: ratioOf(ours, floor) >= 0.8,
      });
      const replaced = replacedSystemSeconds(size);
      figures.push({
        what: `${size} alerts, to the last arrival (the system that this one replaces: ${replaced.toFixed(0)} s)`,
        unit: 's',
        ours: seconds.ours,
        floor: seconds.floor,
        ...(size <= BEAT_UP_TO && {
          target: `under ${replaced.toFixed(1)} s`,
          met: median(seconds.ours) < replaced,
        }),
      });
    }
    const size = Math.ceil(REPEATING_SIZE / bench.shrink);
    const seconds = await bench.withStack((stack) => measure(bench, stack, size, REPEAT));
    figures.push({
      what: `${size} alerts, half of them delivering by children, deliveries a second`,
      unit: '/s',
      ours: rates(size, seconds.ours),
      floor: rates(size, seconds.floor),
    });
    return figures;
  },
};

const rates = (size: number, seconds: number[]) => seconds.map((time) => size / time);

/**
 * How long each round took, in seconds.
 * @param repeat how those with rules go on; null: they fire once and deliver by themselves
 */
async function measure(
  bench: Bench,
  stack: Stack,
  size: number,
  repeat: Repeat | null,
): Promise<{ ours: number[]; floor: number[] }> {
  const arrivals = await receiveArrivals(stack);
  const ticks = await openTicks(stack);
  await stack.startWorker();
  await startFloorWorker(stack);
  const [ours, floor]: [number[], number[]] = [[], []];
  const users = await insertUsers(stack.db, USERS);
  for (let round = 0; round < bench.rounds; round += 1) {
    await (await ticks.publish(BEFORE)).over;
    const alerts = await insertMix(stack, users, size, repeat, arrivals.url);
    bench.say(`round ${round + 1} of ${size}: putting them to sleep, and as many floors`);
    await putToSleep(stack, alerts, bench.say);
    const floors = await startFloorAlerts(stack, size, arrivals.url, bench.say);
    const turns = [
      async () => ours.push(await oursTakes(stack, ticks, arrivals, size)),
      async () => floor.push(await floorTakes(stack, arrivals, floors)),
    ];
    // Whoever goes second finds a warmer machine.
    for (const turn of round % 2 === 0 ? turns : turns.reverse()) await turn();
    bench.say(
      `round ${round + 1} of ${size}: ${ours.at(-1)?.toFixed(1)} s, floor ${floor.at(-1)?.toFixed(1)} s`,
    );
  }
  return { ours, floor };
}

/** Half of them plain, half with rules. */
async function insertMix(
  { db }: Stack,
  users: string[],
  size: number,
  repeat: Repeat | null,
  url: string,
): Promise<AlertToStart[]> {
  const half = Math.floor(size / 2);
  const targets = Array.from({ length: size - half }, (_, n) => PRICE + 1 + n / 100);
  const rules = Array.from({ length: half }, (_, n) => crossingRule(n, DOUBLING, repeat));
  const plain = await insertAlerts(db, { users, targets, url });
  return [...plain, ...(await insertRules(db, { users, rules, url }))];
}

async function oursTakes(stack: Stack, ticks: Ticks, arrivals: Arrivals, size: number): Promise<number> {
  const { db } = stack;
  await lookAtAll(db, ticks);
  arrivals.clear();
  const { committedAt, over } = await ticks.publish(AFTER);
  const arrived = arrivals.waitFor(size).then(() => (now() - committedAt) / 1_000);
  // What did not come true would be waited for for ever.
  const claimed = over.then(() => checkClaimed(db, size));
  const [seconds] = await Promise.all([arrived, claimed]);
  await untilDelivered(db, size);
  for (const type of ['priceAlert', 'watchAlert', 'deliverMessage']) await untilClosed(stack, type);
  if (arrivals.count() !== size) throw new Error(`${arrivals.count()} requests for ${size} messages`);
  await sql`truncate attempts, deliveries, watches, alerts`.execute(db);
  return seconds;
}

/** A tick in which nothing comes true, after days without the leaps of earlier rounds: from it on rules wait for a value. */
async function lookAtAll(db: Stack['db'], ticks: Ticks): Promise<void> {
  await sql`delete from candles`.execute(db);
  // With the minute under way, in case that the tick comes in the next one: no return is counted across a minute that is missing.
  await storeQuiveringDays(db, BEFORE, QUIVER, Date.now() + MINUTE_MS);
  await (await ticks.publish(BEFORE)).over;
  const { rows } = await sql<{ unknown: number; deliveries: number }>`
    select count(*) filter (where state->>'value' is null)::int as unknown,
      (select count(*)::int from deliveries) as deliveries
    from watches`.execute(db);
  if (rows[0]?.unknown !== 0 || rows[0].deliveries !== 0)
    throw new Error(`Not all alerts wait before the leap: ${JSON.stringify(rows[0])}`);
}

async function checkClaimed(db: Stack['db'], size: number): Promise<void> {
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from deliveries`.execute(db);
  if (rows[0]?.count !== size) throw new Error(`${rows[0]?.count} of ${size} alerts came true in the tick`);
}

async function floorTakes(stack: Stack, arrivals: Arrivals, ids: string[]): Promise<number> {
  arrivals.clear();
  const startedAt = now();
  await Promise.all([signalFloorAlerts(stack, ids), arrivals.waitFor(ids.length)]);
  const seconds = (now() - startedAt) / 1_000;
  await untilClosed(stack, 'floorAlert');
  return seconds;
}

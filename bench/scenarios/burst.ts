import { sql } from 'kysely';
import { insertAlerts, insertUsers, putToSleep, untilDelivered } from '../alerts';
import { type Arrivals, now, receiveArrivals } from '../arrivals';
import { signalFloorAlerts, startFloorAlerts, startFloorWorker, untilClosed } from '../floor/client';
import type { Bench, Figure, Scenario } from '../scenario';
import type { Stack } from '../stack';
import { median, ratioOf } from '../statistics';
import { openTicks, type Ticks } from '../ticks';

const SIZES = [500, 2_000, 5_000];
const USERS = 50;
const PRICE = 50_000;
/** A polling checker, RabbitMQ and a sender with ten in flight, measured on such a machine. */
const replacedSystemSeconds = (alerts: number) => 10 + alerts / 170;
/** Up to this size the replaced system must be beaten; beyond, it is reported. */
const BEAT_UP_TO = 2_000;

/** A crash of the market: many alerts of one ticker cross in one tick. */
export const burst: Scenario = {
  name: 'burst',
  about: "all alerts of one ticker cross in one tick: from the quote's commit to the last arrival",
  settings: { sizes: SIZES.join(', '), users: USERS },
  async run(bench) {
    const figures: Figure[] = [];
    for (const size of SIZES.map((full) => Math.ceil(full / bench.shrink))) {
      const seconds = await bench.withStack((stack) => measure(bench, stack, size));
      const rate = (taken: number[]) => taken.map((time) => size / time);
      const [ours, floor] = [rate(seconds.ours), rate(seconds.floor)];
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
    return figures;
  },
};

/** How long each round took, in seconds. */
async function measure(
  bench: Bench,
  stack: Stack,
  size: number,
): Promise<{ ours: number[]; floor: number[] }> {
  const arrivals = await receiveArrivals(stack);
  const ticks = await openTicks(stack);
  await stack.startWorker();
  await startFloorWorker(stack);
  const [ours, floor]: [number[], number[]] = [[], []];
  const users = await insertUsers(stack.db, USERS);
  for (let round = 0; round < bench.rounds; round += 1) {
    await (await ticks.publish({ BTC: PRICE })).over;
    const targets = Array.from({ length: size }, (_, n) => PRICE + 1 + n / 100);
    const alerts = await insertAlerts(stack.db, { users, targets, url: arrivals.url });
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

async function oursTakes(stack: Stack, ticks: Ticks, arrivals: Arrivals, size: number): Promise<number> {
  const { db } = stack;
  arrivals.clear();
  const { committedAt, over } = await ticks.publish({ BTC: 2 * PRICE });
  await arrivals.waitFor(size);
  const seconds = (now() - committedAt) / 1_000;
  await over;
  await untilDelivered(db, size);
  await untilClosed(stack, 'priceAlert');
  if (arrivals.count() !== size) throw new Error(`${arrivals.count()} requests for ${size} messages`);
  await sql`truncate attempts, deliveries, watches, alerts`.execute(db);
  return seconds;
}

async function floorTakes(stack: Stack, arrivals: Arrivals, ids: string[]): Promise<number> {
  arrivals.clear();
  const startedAt = now();
  await Promise.all([signalFloorAlerts(stack, ids), arrivals.waitFor(ids.length)]);
  const seconds = (now() - startedAt) / 1_000;
  await untilClosed(stack, 'floorAlert');
  return seconds;
}

import { sql } from 'kysely';
import { insertAlerts, insertUsers, putToSleep, until } from '../alerts';
import { type Arrivals, receiveArrivals } from '../arrivals';
import type { Bench, Scenario } from '../scenario';
import type { Stack } from '../stack';
import { percentile, ratioOf } from '../statistics';
import { openTicks, type Ticks } from '../ticks';

const HANGING = 1_000;
const DELIVERIES = 200;
const PRICE = 50_000;

/** One user's endpoint hangs; what do the others feel of it? */
export const isolation: Scenario = {
  name: 'isolation',
  about: `${DELIVERIES} deliveries of one user, without and with ${HANGING} of another to an endpoint that never answers`,
  settings: { hanging: HANGING, deliveries: DELIVERIES, webhookTimeout: '10s' },
  run: (bench) =>
    bench.withStack(async (stack) => {
      const count = Math.ceil(DELIVERIES / bench.shrink);
      const arrivals = await receiveArrivals(stack);
      const blackHole = await receiveArrivals(stack, false);
      const ticks = await openTicks(stack);
      await stack.startWorker();
      const [alone, beside]: [number[], number[]] = [[], []];
      for (let round = 0; round < bench.rounds; round += 1) {
        alone.push(await latencyOf(bench, stack, ticks, arrivals, count));
        await hang(bench, stack, ticks, blackHole);
        beside.push(await latencyOf(bench, stack, ticks, arrivals, count));
        bench.say(
          `round ${round + 1}: p99 ${alone.at(-1)?.toFixed(0)} ms, with them ${beside.at(-1)?.toFixed(0)} ms`,
        );
        await calmDown(stack, blackHole);
      }
      return [
        {
          what: `p99 of ${count} deliveries, from the commit to the arrival (floor: without the hanging ones)`,
          unit: 'ms',
          ours: beside,
          floor: alone,
          target: 'at most 1.5 × without',
          met: ratioOf(beside, alone) <= 1.5,
        },
      ];
    }),
};

/** The p99 of a user's deliveries that all cross in one tick. */
async function latencyOf(
  bench: Bench,
  stack: Stack,
  ticks: Ticks,
  arrivals: Arrivals,
  count: number,
): Promise<number> {
  await (await ticks.publish({ BTC: PRICE, ETH: PRICE })).over;
  const users = await insertUsers(stack.db, 1);
  const targets = Array.from({ length: count }, (_, n) => PRICE + 1 + n / 100);
  const alerts = await insertAlerts(stack.db, { users, targets, url: arrivals.url });
  await putToSleep(stack, alerts, bench.say);
  arrivals.clear();
  const { committedAt, over } = await ticks.publish({ BTC: 2 * PRICE, ETH: PRICE });
  await arrivals.waitFor(count);
  await over;
  const latencies = [...arrivals.first.values()].map((at) => at - committedAt);
  return percentile(latencies, 0.99);
}

/** Fires the alerts of a user whose endpoint takes every request and answers none, and waits until all hang. */
async function hang(bench: Bench, stack: Stack, ticks: Ticks, blackHole: Arrivals): Promise<void> {
  const count = Math.ceil(HANGING / bench.shrink);
  const users = await insertUsers(stack.db, 1);
  const targets = Array.from({ length: count }, (_, n) => PRICE + 1 + n / 100);
  const alerts = await insertAlerts(stack.db, { users, targets, url: blackHole.url, ticker: 'ETH' });
  await putToSleep(stack, alerts, bench.say);
  blackHole.clear();
  await (await ticks.publish({ BTC: PRICE, ETH: 2 * PRICE })).over;
  await blackHole.waitFor(count);
}

/** Ends what hangs, so that the next round begins without it. */
async function calmDown(stack: Stack, blackHole: Arrivals): Promise<void> {
  await sql`update alerts set status = 'deleted' where status <> 'deleted'`.execute(stack.db);
  await sql`update deliveries set status = 'cancelled' where status = 'pending'`.execute(stack.db);
  await until(async () => {
    const { rows } = await sql<{ open: number }>`
      select count(*)::int as open from attempts where outcome is null`.execute(stack.db);
    return rows[0]?.open === 0;
  });
  blackHole.clear();
  await sql`truncate attempts, deliveries, alerts`.execute(stack.db);
}

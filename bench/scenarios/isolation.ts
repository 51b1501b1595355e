import { sql } from 'kysely';
import { insertAlerts, insertUsers, putToSleep, until } from '../alerts';
import { type Arrivals, receiveArrivals } from '../arrivals';
import { untilClosed } from '../floor/client';
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
      const hanging = Math.ceil(HANGING / bench.shrink);
      const arrivals = await receiveArrivals(stack);
      const blackHole = await receiveArrivals(stack, false);
      const ticks = await openTicks(stack);
      await stack.startWorker();
      const [alone, beside]: [number[], number[]] = [[], []];
      for (let round = 0; round < bench.rounds; round += 1) {
        await (await ticks.publish({ BTC: PRICE, ETH: PRICE })).over;
        await putAlertsToSleep(bench, stack, { ticker: 'BTC', count, url: arrivals.url });
        alone.push(await fire(ticks, arrivals, count));
        await untilClosed(stack, 'priceAlert');

        await (await ticks.publish({ BTC: PRICE, ETH: PRICE })).over;
        await putAlertsToSleep(bench, stack, { ticker: 'BTC', count, url: arrivals.url });
        await putAlertsToSleep(bench, stack, { ticker: 'ETH', count: hanging, url: blackHole.url });
        await (await ticks.publish({ BTC: PRICE, ETH: 2 * PRICE })).over;
        await blackHole.waitFor(hanging);
        beside.push(await fire(ticks, arrivals, count));
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

/** A new user's alerts, asleep. */
async function putAlertsToSleep(
  bench: Bench,
  stack: Stack,
  { ticker, count, url }: { ticker: string; count: number; url: string },
): Promise<void> {
  const users = await insertUsers(stack.db, 1);
  const targets = Array.from({ length: count }, (_, n) => PRICE + 1 + n / 100);
  await putToSleep(stack, await insertAlerts(stack.db, { users, targets, url, ticker }), bench.say);
}

/** Has all alerts on BTC cross in one tick; answers the p99 of their deliveries. */
async function fire(ticks: Ticks, arrivals: Arrivals, count: number): Promise<number> {
  arrivals.clear();
  const { committedAt, over } = await ticks.publish({ BTC: 2 * PRICE });
  await arrivals.waitFor(count);
  await over;
  const latencies = [...arrivals.first.values()].map((at) => at - committedAt);
  return percentile(latencies, 0.99);
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
  // Each comes back once more, finds that its alert is deleted, and ends.
  await untilClosed(stack, 'priceAlert');
  blackHole.clear();
  await sql`truncate attempts, deliveries, alerts`.execute(stack.db);
}

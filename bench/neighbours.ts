import { sql } from 'kysely';
import { insertAlerts, insertUsers, putToSleep, until } from './alerts';
import type { Arrivals } from './arrivals';
import { untilClosed } from './floor/client';
import type { Bench } from './scenario';
import type { Stack } from './stack';
import { percentile } from './statistics';
import type { Ticks } from './ticks';

/** What the tickers cost while nothing fires; at twice that, every alert of `sleepingNeighbour` does. */
export const PRICE = 50_000;

/** A new user's alerts, asleep. */
export async function sleepingNeighbour(
  bench: Bench,
  stack: Stack,
  { ticker, count, url }: { ticker: string; count: number; url: string },
): Promise<void> {
  const users = await insertUsers(stack.db, 1);
  const targets = Array.from({ length: count }, (_, n) => PRICE + 1 + n / 100);
  await putToSleep(stack, await insertAlerts(stack.db, { users, targets, url, ticker }), bench.say);
}

/** Has all alerts on BTC cross in one tick; answers the p99 of their deliveries, in milliseconds from the commit. */
export async function fire(ticks: Ticks, arrivals: Arrivals, count: number): Promise<number> {
  arrivals.clear();
  const { committedAt, over } = await ticks.publish({ BTC: 2 * PRICE });
  await arrivals.waitFor(count);
  await over;
  const latencies = [...arrivals.first.values()].map((at) => at - committedAt);
  return percentile(latencies, 0.99);
}

/** A new user's alerts on BTC, fired while nobody else's are; answers as `fire` does. */
export async function fireAlone(
  bench: Bench,
  stack: Stack,
  ticks: Ticks,
  arrivals: Arrivals,
  count: number,
): Promise<number> {
  await (await ticks.publish({ BTC: PRICE, ETH: PRICE })).over;
  await sleepingNeighbour(bench, stack, { ticker: 'BTC', count, url: arrivals.url });
  const p99 = await fire(ticks, arrivals, count);
  await untilClosed(stack, 'priceAlert');
  return p99;
}

/** Ends all that is still tried, so that the next round begins without it. */
export async function calmDown(stack: Stack): Promise<void> {
  // Whoever was not told that it fired would sleep on for hours.
  await untilNone(stack, sql`from deliveries where woken_at is null and status = 'pending'`);
  await sql`update alerts set status = 'deleted' where status <> 'deleted'`.execute(stack.db);
  await sql`update deliveries set status = 'cancelled' where status = 'pending'`.execute(stack.db);
  await untilNone(stack, sql`from attempts where outcome is null`);
  // Each comes back once more, finds that its alert is deleted, and ends.
  await untilClosed(stack, 'priceAlert');
  await sql`truncate attempts, deliveries, watches, alerts, endpoints`.execute(stack.db);
}

async function untilNone(stack: Stack, which: ReturnType<typeof sql>): Promise<void> {
  await until(async () => {
    const { rows } = await sql`select ${which} limit 1`.execute(stack.db);
    return rows.length === 0;
  });
}

import { randomBytes, randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import { insertAlert } from '../../src/db/alerts';
import { type BegunAttempt, beginAttempt } from '../../src/db/attempts';
import { carrier } from '../../src/db/carrier';
import { claimCrossed } from '../../src/db/claims';
import { lockForPublishing } from '../../src/db/publish-lock';
import { beginTick, storeQuotes } from '../../src/db/publishing';
import type { Database } from '../../src/db/schema';
import { insertUser } from '../../src/db/users';
import { type AlertToStart, unwokenDeliveries } from '../../src/db/wakes';
import type { Condition } from '../../src/domain/alert';
import type { Market } from '../../src/domain/quote';
import { newWebhookSecret } from '../../src/webhooks/sign';
import { testBox } from './secrets';

/** A user with a key that nobody knows, straight into the database. */
export async function seedUser(db: Kysely<Database>): Promise<{ id: string; webhook_secret: string }> {
  const webhook_secret = newWebhookSecret();
  const id = randomUUID();
  await insertUser(db, {
    id,
    email: `${randomUUID()}@example.com`,
    sealedSecret: testBox.seal(webhook_secret, id),
    apiKey: { prefix: 'sk_live_x', hash: randomBytes(32) },
  });
  return { id, webhook_secret };
}

/** An active alert as the API inserts it. */
export async function seedAlert(
  db: Kysely<Database>,
  alert: {
    userId: string;
    condition?: Condition;
    targetPrice: number;
    ticker?: string;
    market?: Market;
    webhookUrl?: string;
  },
): Promise<string> {
  const row = await insertAlert(db, {
    userId: alert.userId,
    market: alert.market ?? 'replay',
    ticker: alert.ticker ?? 'BTC',
    condition: alert.condition ?? 'gt',
    targetPrice: String(alert.targetPrice),
    webhookUrl: alert.webhookUrl ?? 'http://127.0.0.1:9/hook',
    maxActive: 1_000_000,
  });
  if ('refusal' in row) throw new Error(`It was refused: ${row.refusal}`);
  return row.id;
}

/** An alert on BTC > 100 that fires with this tick, and whose workflow nobody has told yet. */
export async function seedFired(
  db: Kysely<Database>,
  alert: { userId: string; webhookUrl: string },
  tickAt: Date,
): Promise<{ deliveryId: string; alert: AlertToStart }> {
  const id = await seedAlert(db, { ...alert, targetPrice: 100 });
  await publishPrices(db, tickAt, { BTC: 101 });
  const found = (await unwokenDeliveries(db, 'newest', 1_000)).find((delivery) => delivery.alert?.id === id);
  if (!found?.alert) throw new Error('The alert did not fire');
  return { deliveryId: found.id, alert: found.alert };
}

/** Publishes one tick of prices as `publishQuotes` does; answers how many alerts fired. */
export async function publishPrices(
  db: Kysely<Database>,
  tickAt: Date,
  prices: Record<string, number>,
  market: Market = 'replay',
): Promise<number> {
  return await db.transaction().execute(async (trx) => {
    await lockForPublishing(trx, market);
    if (!(await beginTick(trx, market, tickAt))) return 0;
    const quotes = Object.entries(prices).map(([ticker, price]) => ({
      ticker,
      price,
      quotedAtMs: tickAt.getTime(),
      sources: ['binance' as const],
      spread: 0,
      isJump: false,
    }));
    await storeQuotes(trx, market, tickAt, quotes);
    return await claimCrossed(trx, market, tickAt);
  });
}

/** Begins a delivery's next attempt as the workflow that makes it does. */
export async function beginNext(
  db: Kysely<Database>,
  deliveryId: string,
  maxAttempts = 4,
): Promise<BegunAttempt | undefined> {
  const { workflowId } = await db
    .selectFrom('deliveries as d')
    .select(carrier.as('workflowId'))
    .where('id', '=', deliveryId)
    .executeTakeFirstOrThrow();
  return await beginAttempt(db, deliveryId, maxAttempts, { workflowId, runId: 'a-run', isHurried: false });
}

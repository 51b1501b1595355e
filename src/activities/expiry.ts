import type { Kysely } from 'kysely';
import { endFiredWatch, expireRule } from '../db/rule-checks';
import type { Database } from '../db/schema';
import { insertOwed } from '../db/watches';
import { MAX_CHECK_DELAY_MS } from '../domain/alert';
import { owedMessages } from './owed-messages';

/** A timer may fire a little early by the database's clock. */
const AFTER_EXPIRY_MS = 1_000;

/** Has an alert expire whose time has come, or no longer wait for the end of its last firing, and tell of it if its user wishes so; once, whoever comes first. */
export async function expire(db: Kysely<Database>, alertId: string): Promise<void> {
  await db
    .transaction()
    .setIsolationLevel('read committed')
    .execute(async (trx) => {
      const expired = await expireRule(trx, alertId);
      if (expired === undefined) await endFiredWatch(trx, alertId);
      if (!expired?.events.includes('expired')) return;
      const facts = {
        type: 'alert.expired' as const,
        ...{ alert: expired, market: expired.market, nowMs: Date.now() },
        more: { expires_at: expired.expiresAt?.toISOString() },
      };
      await insertOwed(trx, expired.market, owedMessages(expired, facts, expired.firingNumber, 0));
    });
}

/** When an alert whose price need not be looked at is looked at again, in milliseconds: when it expires, at the latest. */
export function untilNextCheck({ expiresAt }: { expiresAt: Date | null }): number {
  if (expiresAt === null) return MAX_CHECK_DELAY_MS;
  const untilExpiryMs = Math.max(0, expiresAt.getTime() - Date.now()) + AFTER_EXPIRY_MS;
  return Math.min(MAX_CHECK_DELAY_MS, untilExpiryMs);
}

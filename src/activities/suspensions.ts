import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../db/schema';
import { resumeSome, type SuspendedRule, suspendSome, tickerStates } from '../db/suspensions';
import { insertOwed } from '../db/watches';
import type { Market } from '../domain/quote';
import { owedMessages } from './owed-messages';

/** For how long ticks must have had no price of a ticker before users are told. */
export const SUSPEND_AFTER_MS = 60_000;

const PAGE = 500;

/**
 * Tells the users of alerts with rules, as far as they wish it, that a ticker has no price, and that it has one again: until then
 * nothing can come true.
 * @returns how many alerts were told of
 */
export async function tellOfSilence(
  db: Kysely<Database>,
  market: Market,
  tickers: readonly string[],
  afterMs = SUSPEND_AFTER_MS,
): Promise<{ suspended: number; resumed: number }> {
  const { silent, fresh } = await tickerStates(db, market, tickers, afterMs);
  const told = {
    suspended:
      silent.length === 0
        ? 0
        : await tellAll(db, market, 'alert.suspended', (trx) => suspendSome(trx, market, silent, PAGE)),
    resumed:
      fresh.length === 0
        ? 0
        : await tellAll(db, market, 'alert.resumed', (trx) => resumeSome(trx, market, fresh, PAGE)),
  };
  return told;
}

async function tellAll(
  db: Kysely<Database>,
  market: Market,
  type: 'alert.suspended' | 'alert.resumed',
  take: (trx: Transaction<Database>) => Promise<SuspendedRule[]>,
): Promise<number> {
  let told = 0;
  for (;;) {
    const page = await db
      .transaction()
      .setIsolationLevel('read committed')
      .execute(async (trx) => {
        const alerts = await take(trx);
        const messages = alerts.flatMap((alert) => {
          const more = { suspended_at: alert.suspendedAt.toISOString() };
          const facts = { type, alert, market, nowMs: Date.now(), more };
          return owedMessages(alert, facts, alert.firingNumber, alert.suspendedAt.getTime());
        });
        await insertOwed(trx, market, messages);
        return alerts.length;
      });
    told += page;
    if (page < PAGE) return told;
  }
}

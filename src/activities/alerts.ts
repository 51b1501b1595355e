import type { Kysely } from 'kysely';
import { LRUCache } from 'lru-cache';
import { type CheckedAlert, minuteVolatility, readForCheck, recordCheck, recordRest } from '../db/checks';
import { claimOne } from '../db/claims';
import type { Database } from '../db/schema';
import { nextCheckDelay } from '../domain/alert';
import type { DeliveryStatus } from '../domain/delivery';
import { ruleText } from '../domain/rule-text';
import { firings } from '../metrics/metrics';
import { expire, untilNextCheck } from './expiry';

/** What an alert's workflow finds when it looks at its row. */
export type CheckResult =
  | { state: 'gone'; hasExpired?: true }
  /** Where it is to expire: when it is looked at again. */
  | { state: 'paused'; pausedForMs?: number }
  /** It has become an alert that delivers by children, which another workflow looks after. */
  | { state: 'rule' }
  | { state: 'fired'; deliveryId: string; deliveryStatus: DeliveryStatus }
  | {
      state: 'waiting';
      ticker: string;
      condition: string;
      /** Its threshold, or the lower end of its range. */
      targetPrice: string;
      /** What it waits for, in a line; absent of plain alerts. */
      summary?: string;
      lastPrice: string | null;
      nextCheckMs: number;
    };

export interface AlertActivities {
  checkAlert(input: { alertId: string }): Promise<CheckResult>;
}

/** As many tickers as anybody watches at once. */
const KNOWN_VOLATILITIES = 100;

/** The alert workflow's look at its own row and at the quotes stored since its last look. */
export function createAlertActivities({
  db,
  reopenAfterReset,
}: {
  db: Kysely<Database>;
  /** Opens a delivery that is over where an operator has reset this run; answers whether it did. */
  reopenAfterReset: (deliveryId: string) => Promise<boolean>;
}): AlertActivities {
  /** By the last quote, since it changes with the next one only; thousands of alerts may look at once. */
  const volatilities = new LRUCache<string, { perMinute: Promise<number | null> }>({
    max: KNOWN_VOLATILITIES,
  });

  return {
    async checkAlert({ alertId }) {
      let alert = await readForCheck(db, alertId);
      if (alert?.hasExpired && (alert.status === 'active' || alert.status === 'paused')) {
        await expire(db, alertId);
        alert = await readForCheck(db, alertId);
      }
      if (alert === undefined) return { state: 'gone' };
      const { status } = alert;
      if (alert.byChildren && status !== 'deleted') return { state: 'rule' };
      if (status === 'deleted' || status === 'paused' || status === 'expired') {
        await recordRest(db, alertId, alert.version);
        if (status === 'paused')
          return { state: 'paused', ...(alert.expiresAt !== null && { pausedForMs: untilNextCheck(alert) }) };
        return status === 'expired' ? { state: 'gone', hasExpired: true } : { state: 'gone' };
      }
      if (alert.status === 'active' && alert.isCrossed && alert.lastSeq !== null) {
        const deliveryId = await claimOne(db, alertId, alert.lastSeq);
        if (deliveryId !== undefined) {
          firings.inc({ by: 'look' });
          return { state: 'fired', deliveryId, deliveryStatus: 'pending' };
        }
      }
      if (alert.status === 'fired' && alert.deliveryId !== null && alert.deliveryStatus !== null) {
        const { deliveryId, deliveryStatus } = alert;
        const isOpen = deliveryStatus !== 'pending' && (await reopenAfterReset(deliveryId));
        return { state: 'fired', deliveryId, deliveryStatus: isOpen ? 'pending' : deliveryStatus };
      }
      // Its delivery was deleted by hand: nothing is owed any longer.
      if (alert.status === 'fired') return { state: 'gone' };
      const { ticker, condition, lastPrice, rule } = alert;
      const nextCheckMs = rule === null ? await sleepFor(alert) : untilNextCheck(alert);
      await recordCheck(db, alertId, alert, nextCheckMs);
      const targetPrice = alert.targetPrice ?? String(rule?.bounds[0]);
      const summary = rule === null ? {} : { summary: ruleText(ticker, rule) };
      return { state: 'waiting', ticker, condition, targetPrice, ...summary, lastPrice, nextCheckMs };
    },
  };

  async function sleepFor(alert: CheckedAlert): Promise<number> {
    if (alert.lastPrice === null) return nextCheckDelay(0, null);
    const distance = Math.abs(Math.log(Number(alert.targetPrice) / Number(alert.lastPrice)));
    return nextCheckDelay(distance, await volatilityOf(alert));
  }

  function volatilityOf({ market, ticker, lastSeq }: CheckedAlert): Promise<number | null> {
    const key = `${market} ${ticker} ${lastSeq}`;
    const known = volatilities.get(key);
    if (known !== undefined) return known.perMinute;
    const perMinute = minuteVolatility(db, market, ticker);
    volatilities.set(key, { perMinute });
    perMinute.catch(() => volatilities.delete(key));
    return perMinute;
  }
}

import type { Kysely } from 'kysely';
import { LRUCache } from 'lru-cache';
import { type CheckedAlert, minuteVolatility, readForCheck, recordCheck, recordRest } from '../db/checks';
import { claimOne } from '../db/claims';
import type { Database } from '../db/schema';
import { type Condition, nextCheckDelay } from '../domain/alert';
import type { DeliveryStatus } from '../domain/delivery';
import { firings } from '../metrics/metrics';

/** What an alert's workflow finds when it looks at its row. */
export type CheckResult =
  | { state: 'gone' }
  | { state: 'paused' }
  /** It has become an alert with a rule. */
  | { state: 'rule' }
  | { state: 'fired'; deliveryId: string; deliveryStatus: DeliveryStatus }
  | {
      state: 'waiting';
      ticker: string;
      condition: Condition;
      targetPrice: string;
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
      const alert = await readForCheck(db, alertId);
      if (alert === undefined) return { state: 'gone' };
      if (alert.hasRule) return { state: 'rule' };
      if (alert.status === 'deleted' || alert.status === 'paused') {
        await recordRest(db, alertId, alert.version);
        return { state: alert.status === 'deleted' ? 'gone' : 'paused' };
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
      const { ticker, condition, targetPrice, lastPrice } = alert;
      const nextCheckMs = await sleepFor(alert);
      await recordCheck(db, alertId, alert, nextCheckMs);
      return { state: 'waiting', ticker, condition, targetPrice, lastPrice, nextCheckMs };
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

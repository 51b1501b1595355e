import type { Kysely } from 'kysely';
import { minuteVolatility, readForCheck, recordCheck, recordRest } from '../db/checks';
import { claimOne } from '../db/claims';
import type { Database } from '../db/schema';
import { type Condition, nextCheckDelay } from '../domain/alert';
import type { DeliveryStatus } from '../domain/delivery';

/** What an alert's workflow finds when it looks at its row. */
export type CheckResult =
  | { state: 'gone' }
  | { state: 'paused' }
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

/** The alert workflow's look at its own row and at the quotes stored since its last look. */
export function createAlertActivities({ db }: { db: Kysely<Database> }): AlertActivities {
  return {
    async checkAlert({ alertId }) {
      const alert = await readForCheck(db, alertId);
      if (alert === undefined) return { state: 'gone' };
      if (alert.status === 'deleted' || alert.status === 'paused') {
        await recordRest(db, alertId, alert.version);
        return { state: alert.status === 'deleted' ? 'gone' : 'paused' };
      }
      if (alert.status === 'active' && isNewer(alert.lastSeq, alert.checkedSeq)) {
        const deliveryId = await claimOne(db, alertId, alert.lastSeq);
        if (deliveryId !== undefined) return { state: 'fired', deliveryId, deliveryStatus: 'pending' };
      }
      if (alert.status === 'fired' && alert.deliveryId !== null && alert.deliveryStatus !== null) {
        return { state: 'fired', deliveryId: alert.deliveryId, deliveryStatus: alert.deliveryStatus };
      }
      const { ticker, condition, targetPrice, lastPrice } = alert;
      const nextCheckMs = await sleepFor(alert);
      await recordCheck(db, alertId, alert, nextCheckMs);
      return { state: 'waiting', ticker, condition, targetPrice, lastPrice, nextCheckMs };
    },
  };

  async function sleepFor(alert: NonNullable<Awaited<ReturnType<typeof readForCheck>>>): Promise<number> {
    if (alert.lastPrice === null) return nextCheckDelay(0, null);
    const distance = Math.abs(Math.log(Number(alert.targetPrice) / Number(alert.lastPrice)));
    return nextCheckDelay(distance, await minuteVolatility(db, alert.market, alert.ticker));
  }
}

function isNewer(lastSeq: string | null, checkedSeq: string): lastSeq is string {
  return lastSeq !== null && BigInt(lastSeq) > BigInt(checkedSeq);
}

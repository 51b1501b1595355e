import { call } from './api/client';
import type { Alert, Condition, Delivery } from './api/types';
import { alerts, deliveries, lastDeliveries } from './live/feeds';
import { alertName } from './logic/alert-text';
import { askFirst } from './ui/dialog';
import { tell } from './ui/toasts';

export interface AlertWish {
  ticker: string;
  condition: Condition;
  target_price: number | string;
  webhook_url: string;
}

/** @throws ApiFailure, as all below */
export async function createAlert(wish: AlertWish): Promise<Alert> {
  const made = await call<Alert>('POST /alerts', { body: wish });
  tell(`The alert waits: ${alertName(made)}.`);
  void alerts.refresh();
  return made;
}

export async function changeAlert(
  alert: Alert,
  change: Partial<Omit<AlertWish, 'ticker'>> & { paused?: boolean },
): Promise<void> {
  const changed = await call<Alert>('PATCH /alerts/{id}', { params: [alert.id], body: change });
  const did = change.paused === undefined ? 'was changed' : change.paused ? 'is paused' : 'waits again';
  tell(`The alert ${did}: ${alertName(changed)}.`);
  await alerts.refresh();
}

export function deleteAlert(alert: Alert): void {
  const isOver = alert.status === 'fired' || alert.status === 'expired';
  askFirst({
    title: 'Delete the alert?',
    text: `${alertName(alert)}. ${isOver ? 'Its deliveries stay in the list; what is not delivered yet is given up.' : 'It will not fire any more.'}`,
    yes: 'Delete',
    act: async () => {
      await call('DELETE /alerts/{id}', { params: [alert.id] });
      tell(`The alert is deleted: ${alertName(alert)}.`);
      await alerts.refresh();
    },
  });
}

const DONE = {
  redeliver: 'It is being delivered again.',
  'retry-now': 'The next attempt is made now.',
  cancel: 'No further attempt is made.',
};

export async function actOnDelivery(delivery: Delivery, what: keyof typeof DONE): Promise<Delivery> {
  const changed = await call<Delivery>(`POST /deliveries/{id}/${what}`, { params: [delivery.id] });
  tell(DONE[what]);
  void deliveries.refresh();
  void lastDeliveries.refresh();
  return changed;
}

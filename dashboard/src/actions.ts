import type { AlertBody, ChangeBody } from './alert-form/wish';
import { call } from './api/client';
import type { Alert, Delivery, PlainAlert } from './api/types';
import { alerts, deliveries, lastDeliveries } from './live/feeds';
import { alertName } from './logic/alert-text';
import { askFirst, showText } from './ui/dialog';
import { tell } from './ui/toasts';

/** @throws ApiFailure, as all below */
export async function createAlert(body: AlertBody): Promise<PlainAlert> {
  const made = await call('POST /alerts/', { body });
  tell(`The alert waits: ${alertName(made)}.`);
  showMessage(made);
  void alerts.refresh();
  return made;
}

export async function changeAlert(alert: Alert, change: ChangeBody): Promise<void> {
  const changed = await call('PATCH /alerts/{id}', { params: { path: { id: alert.id } }, body: change });
  tell(`The alert ${didWhat(change)}: ${alertName(changed)}.`);
  if ('message' in change) showMessage(changed);
  await alerts.refresh();
}

function didWhat({ paused, ...change }: ChangeBody): string {
  if (paused !== undefined) return paused ? 'is paused' : 'waits again';
  if (Object.keys(change).join() !== 'snoozed_until') return 'was changed';
  return change.snoozed_until === null ? 'is awake' : 'is snoozed';
}

/** @param until null: it is awake */
export const snoozeAlert = (alert: Alert, until: Date | null) =>
  changeAlert(alert, { snoozed_until: until?.toISOString() ?? null });

/** What a firing will send, where that is a message of its own. */
function showMessage({ message_preview: preview }: PlainAlert): void {
  if (preview)
    showText({
      title: 'What a firing will send',
      text: `As ${preview.content_type}, with made-up figures:`,
      content: preview.body,
    });
}

export function deleteAlert(alert: Alert): void {
  const isOver = alert.status === 'fired' || alert.status === 'expired';
  askFirst({
    title: 'Delete the alert?',
    text: `${alertName(alert)}. ${isOver ? 'Its deliveries stay in the list; what is not delivered yet is given up.' : 'It will not fire any more.'}`,
    yes: 'Delete',
    act: async () => {
      await call('DELETE /alerts/{id}', { params: { path: { id: alert.id } } });
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
  const changed = await call(`POST /deliveries/{id}/${what}`, { params: { path: { id: delivery.id } } });
  tell(DONE[what]);
  void deliveries.refresh();
  void lastDeliveries.refresh();
  return changed;
}

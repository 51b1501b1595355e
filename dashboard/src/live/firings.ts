import { effect } from '@preact/signals';
import type { Alert } from '../api/types';
import { firedName } from '../logic/alert-text';
import { formatPrice } from '../logic/format';
import { linkTo } from '../route';
import { tell } from '../ui/toasts';
import { alerts, lastDeliveries } from './feeds';

let known = new Map<string, number>();

/** Plain alerts fire once. */
const firingsOf = ({ firings, status }: Alert) => firings ?? (status === 'fired' ? 1 : 0);

/** Tells of every alert that has fired while somebody looks. */
effect(() => {
  const answer = alerts.data.value;
  const before = known;
  known = new Map(answer?.body.map((alert) => [alert.id, firingsOf(alert)]));
  for (const alert of answer?.body ?? []) {
    const was = before.get(alert.id);
    if (was !== undefined && firingsOf(alert) > was) {
      tell(firingText(alert), linkTo('deliveries'));
      void lastDeliveries.refresh();
    }
  }
});

function firingText(alert: Alert): string {
  const { triggered_price: price } = alert;
  const at = price === null ? '' : `, at ${formatPrice(price)}`;
  return `${firedName(alert)}${at}: the alert fired.`;
}

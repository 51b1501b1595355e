import { effect } from '@preact/signals';
import type { Alert } from '../api/types';
import { formatExact, formatPrice } from '../logic/format';
import { linkTo } from '../route';
import { tell } from '../ui/toasts';
import { alerts, lastDeliveries } from './feeds';

let known = new Map<string, Alert['status']>();

/** Tells of every alert that has fired while somebody looks. */
effect(() => {
  const answer = alerts.data.value;
  const before = known;
  known = new Map(answer?.body.map(({ id, status }) => [id, status]));
  for (const alert of answer?.body ?? []) {
    const was = before.get(alert.id);
    if (alert.status === 'fired' && was !== undefined && was !== 'fired') {
      tell(firingText(alert), linkTo('deliveries'));
      void lastDeliveries.refresh();
    }
  }
});

function firingText({ ticker, condition, target_price, triggered_price }: Alert): string {
  const side = condition === 'gt' ? 'above' : 'below';
  const at = triggered_price === null ? '' : `, at ${formatPrice(triggered_price)}`;
  return `${ticker} is ${side} ${formatExact(target_price)}${at}: the alert fired.`;
}

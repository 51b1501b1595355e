import { type Condition, evaluate } from '../../src/domain/alert';
import type { Ledger, LedgerAlert, LedgerDelivery, LedgerQuote } from '../ledger';
import { groupBy, type Violation } from './violation';

/** The quote that makes an alert come true, found by looking at all of them; undefined where none does. */
export function firstBeyond(alert: LedgerAlert, quotes: LedgerQuote[]): LedgerQuote | undefined {
  const line = { condition: alert.condition as Condition, targetPrice: Number(alert.target_price) };
  return quotes.find(
    (quote) =>
      quote.ticker === alert.ticker &&
      BigInt(quote.seq) > BigInt(alert.armed_seq) &&
      evaluate(line, Number(quote.price)),
  );
}

/** Every alert fired by the first quote beyond its line, none without one, each once; and owes one message for it. */
export function checkFirings({ alerts, quotes, deliveries, promised }: Ledger): Violation[] {
  const deliveriesOf = groupBy(deliveries, (delivery) => delivery.alert_id);
  const byId = new Map(alerts.map((alert) => [alert.id, alert]));
  return [
    ...promised
      .filter(({ id, webhookUrl }) => byId.get(id)?.webhook_url !== webhookUrl)
      .map(({ id, by }) => ({
        rule: 'An alert that its user was told of is stored',
        what: `alert ${id}, known by ${by}, is not there`,
      })),
    ...alerts.flatMap((alert) => checkFiring(alert, firstBeyond(alert, quotes))),
    ...alerts.flatMap((alert) => checkMessage(alert, deliveriesOf.get(alert.id) ?? [])),
  ];
}

function checkFiring(alert: LedgerAlert, quote: LedgerQuote | undefined): Violation[] {
  const name = `alert ${alert.id} (${alert.ticker} ${alert.condition} ${Number(alert.target_price)}, ${alert.status})`;
  if (alert.firing_number > 1) {
    return [{ rule: 'An alert fires once', what: `${name} fired ${alert.firing_number} times` }];
  }
  const hasFired = alert.firing_number === 1;
  if (hasFired !== (alert.status === 'fired') && alert.status !== 'deleted') {
    return [{ rule: 'Status and firing agree', what: `${name} has firing number ${alert.firing_number}` }];
  }
  if (!hasFired) {
    // A deleted alert owes nothing.
    if (quote === undefined || alert.status === 'deleted') return [];
    const what = `${name} did not fire, though ${quote.price} was published with seq ${quote.seq}`;
    return [{ rule: 'No firing is lost', what }];
  }
  if (quote === undefined) {
    const what = `${name} fired at ${alert.triggered_price}, but no price beyond was published`;
    return [{ rule: 'Nothing fires that did not come true', what }];
  }
  const isByQuote =
    Number(alert.triggered_price) === Number(quote.price) &&
    alert.triggered_at?.getTime() === quote.quoted_at.getTime();
  if (isByQuote) return [];
  const what = `${name} fired at ${alert.triggered_price}; the first price beyond was ${quote.price}, seq ${quote.seq}`;
  return [{ rule: 'A firing is by the first price beyond the line', what }];
}

function checkMessage(alert: LedgerAlert, deliveries: LedgerDelivery[]): Violation[] {
  if (deliveries.length !== alert.firing_number) {
    const ids = deliveries.map(({ id }) => id).join(', ') || 'none';
    const what = `alert ${alert.id} fired ${alert.firing_number} times; its messages: ${ids}`;
    return [{ rule: 'One id a firing', what }];
  }
  return deliveries
    .filter(({ url, body }) => {
      const told = JSON.parse(body) as { alert_id: string; triggered_price: number };
      return (
        url !== alert.webhook_url ||
        told.alert_id !== alert.id ||
        told.triggered_price !== Number(alert.triggered_price)
      );
    })
    .map(({ id, url, body }) => ({
      rule: 'A message tells of its firing',
      what: `${id} of alert ${alert.id} at ${alert.triggered_price} to ${alert.webhook_url}: ${body} to ${url}`,
    }));
}

import type { Alert } from '../../clients/typescript';
import { SIGNS } from '../domain/rule-text';
import type { ApiFlags } from './api/connect';
import { factsText, jsonText } from './table';

/** The columns of a list of alerts. */
export const ALERT_HEADING = [
  ...['ID', 'TICKER', 'WAITS FOR', 'STATUS', 'CREATED', 'TRIGGERED', 'AT PRICE', 'WEBHOOK'],
];

/** An alert in those columns. */
export const alertRow = (alert: Alert) => [
  ...[alert.id, alert.ticker, waitsFor(alert), stateOf(alert), alert.created_at],
  ...[alert.triggered_at, alert.triggered_price, (alert.webhook_urls ?? [alert.webhook_url]).join(' ')],
];

/** What an alert waits for, such as `change_1h > 5 for 5m, every 1h`. */
export function waitsFor(alert: Alert): string {
  const { metric, condition, target_price, threshold, range, repeat, active_hours } = alert;
  const bound = range?.join(' to ') ?? threshold ?? target_price;
  const what = metric === undefined || metric === 'price' ? '' : `${metric} `;
  return [
    `${what}${SIGNS[condition]} ${bound}${alert.for === undefined ? '' : ` for ${alert.for}`}`,
    ...(typeof repeat === 'object'
      ? [
          `every ${repeat.every}${repeat.max_firings === undefined ? '' : `, ${repeat.max_firings} times at most`}`,
        ]
      : []),
    ...(active_hours === undefined
      ? []
      : [`from ${active_hours.from} to ${active_hours.to} in ${active_hours.time_zone}`]),
  ].join(', ');
}

/** Its status, and what else keeps it from firing now. */
function stateOf({ status, firings, snoozed_until, suspended_at, expires_at }: Alert): string {
  const isSnoozed = snoozed_until !== undefined && Date.parse(snoozed_until) > Date.now();
  return [
    status,
    ...(firings ? [`fired ${firings} time${firings === 1 ? '' : 's'}`] : []),
    ...(isSnoozed ? [`snoozed until ${snoozed_until}`] : []),
    ...(suspended_at === undefined ? [] : [`without a price since ${suspended_at}`]),
    ...(expires_at === undefined || status === 'expired' ? [] : [`expires at ${expires_at}`]),
  ].join(', ');
}

/** Prints one alert. */
export function printAlert(alert: Alert, { json }: ApiFlags): void {
  const row = alertRow(alert);
  const { note, labels, events, message } = alert;
  const facts: [string, string | number | null][] = [
    ...ALERT_HEADING.map((name, index): [string, string | number | null] => [
      name.toLowerCase(),
      row[index] ?? null,
    ]),
    ...(note === undefined ? [] : [['note', note] as [string, string]]),
    ...Object.entries(labels ?? {}).map(([name, value]): [string, string] => [`label ${name}`, value]),
    ...(events === undefined ? [] : [['also tells', events.join(', ') || 'nothing'] as [string, string]]),
    ...(message === undefined ? [] : [['message', message.format] as [string, string]]),
  ];
  process.stdout.write(json ? jsonText(alert, 2) : factsText(facts));
}

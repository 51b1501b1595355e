import type { Arrival } from '../hooks';
import type { Ledger, LedgerAttempt, LedgerDelivery } from '../ledger';
import { groupBy, type Violation } from './violation';

const GONE = 410;
const isAccepted = (status: number | null) => status !== null && status >= 200 && status < 300;

interface Message {
  delivery: LedgerDelivery;
  attempts: LedgerAttempt[];
  arrivals: Arrival[];
}

/** Every message is over by the rules, every attempt is recorded, and the receiver's own record agrees. */
export function checkDeliveries(ledger: Ledger): Violation[] {
  const { deliveries, maxAttempts } = ledger;
  const attemptsOf = groupBy(ledger.attempts, (attempt) => attempt.delivery_id);
  const arrivalsOf = groupBy(ledger.arrivals, (arrival) => arrival.id);
  const known = new Set(deliveries.map(({ id }) => id));
  const deleted = new Set(ledger.alerts.filter(({ status }) => status === 'deleted').map(({ id }) => id));
  const strangers = [...arrivalsOf.keys()].filter((id) => !known.has(id));
  return [
    ...strangers.map((id) => ({ rule: 'Nothing arrives under an unknown id', what: `${id} arrived` })),
    ...deliveries.flatMap((delivery) => {
      const attempts = attemptsOf.get(delivery.id) ?? [];
      const message = { delivery, attempts, arrivals: arrivalsOf.get(delivery.id) ?? [] };
      const name = `${delivery.id} (alert ${delivery.alert_id}, ${delivery.status}; attempts ${told(attempts)})`;
      return [
        ...checkEnd(message, maxAttempts, deleted.has(delivery.alert_id)),
        ...checkAttempts(message, maxAttempts),
        ...checkArrivals(message),
      ].map(([rule, what]) => ({ rule, what: `${name} ${what}` }));
    }),
  ];
}

const told = (attempts: LedgerAttempt[]) =>
  attempts
    .map(({ number, outcome, status_code }) => `${number} ${outcome} ${status_code ?? '-'}`)
    .join(', ') || 'none';

type Finding = [rule: string, what: string];

function checkEnd(
  { delivery, attempts, arrivals }: Message,
  maxAttempts: number,
  isDeleted: boolean,
): Finding[] {
  const last = attempts.at(-1);
  switch (delivery.status) {
    case 'delivered':
      if (last?.outcome !== 'delivered')
        return [['The last attempt of a delivered message delivered it', 'does not']];
      if (arrivals.some(({ answered }) => isAccepted(answered))) return [];
      return [
        ['What counts as delivered has arrived and was accepted', 'was never accepted by the receiver'],
      ];
    case 'failed':
      if (attempts.length >= maxAttempts || last?.status_code === GONE) return [];
      return [
        ['A message fails only when its attempts are used up or its receiver is gone', 'was given up early'],
      ];
    case 'cancelled':
      return isDeleted ? [] : [['Only a deletion cancels', 'was cancelled']];
    default:
      return [['Every message is over in the end', 'is not']];
  }
}

function checkAttempts({ delivery, attempts }: Message, maxAttempts: number): Finding[] {
  const findings: Finding[] = [];
  if (attempts.some(({ number }, index) => number !== index + 1) || attempts.length > maxAttempts)
    findings.push(['Attempts are numbered from 1 to the limit', 'is not so']);
  if (delivery.status !== 'pending' && attempts.some(({ outcome }) => outcome === null))
    findings.push(['Every attempt of a message that is over has an outcome', 'has one without']);
  return findings;
}

function checkArrivals({ delivery, attempts, arrivals }: Message): Finding[] {
  const findings: Finding[] = [];
  if (arrivals.length > attempts.length)
    findings.push(['Every attempt is recorded', `arrived ${arrivals.length} times`]);
  if (arrivals.some(({ body }) => body !== delivery.body))
    findings.push([
      'A message has the same bytes on every arrival',
      'arrived with other bytes than are stored',
    ]);
  if (arrivals.some(({ path }) => path !== new URL(delivery.url).pathname))
    findings.push([
      'A message arrives at its own URL',
      `arrived at ${arrivals.map(({ path }) => path).join(', ')}`,
    ]);
  if (arrivals.some(({ genuine }) => !genuine))
    findings.push(['Every request is signed by its owner', 'is not']);

  // Only a sender that did not hear the answer may send again.
  const accepted = arrivals.filter(({ answered }) => isAccepted(answered)).length;
  const heard = attempts.filter(({ outcome }) => outcome === 'delivered').length;
  const unheard = attempts.filter(
    ({ outcome, status_code }) => outcome !== 'delivered' && status_code === null,
  ).length;
  if (accepted > heard + unheard)
    findings.push([
      'What was accepted, and known to be, is not sent again',
      `was accepted ${accepted} times`,
    ]);
  for (const status of new Set(attempts.map(({ status_code }) => status_code))) {
    const given = arrivals.filter(({ answered }) => answered === status).length;
    const recorded = attempts.filter(({ status_code }) => status_code === status).length;
    if (status !== null && recorded > given)
      findings.push([
        'An answer that is recorded was given',
        `has ${status} ${recorded} times, given ${given} times`,
      ]);
  }
  return findings;
}

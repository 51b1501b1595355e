import type { Ledger } from '../ledger';
import { groupBy, type Violation } from './violation';

/** What was answered as deleted is deleted, and no attempt begins after the answer. */
export function checkDeletions({ alerts, deliveries, attempts, deleted }: Ledger): Violation[] {
  const statusOf = new Map(alerts.map(({ id, status }) => [id, status]));
  const deliveriesOf = groupBy(deliveries, (delivery) => delivery.alert_id);
  const attemptsOf = groupBy(attempts, (attempt) => attempt.delivery_id);
  return deleted.flatMap(({ id, at }) => {
    const status = statusOf.get(id);
    const late = (deliveriesOf.get(id) ?? [])
      .flatMap((delivery) => attemptsOf.get(delivery.id) ?? [])
      .filter(({ started_at }) => started_at > at);
    return [
      ...(status === 'deleted'
        ? []
        : [
            {
              rule: 'What was answered as deleted is deleted',
              what: `alert ${id} is ${status ?? 'not there'}`,
            },
          ]),
      ...late.map(({ delivery_id, number, started_at }) => ({
        rule: 'No attempt begins after a deletion',
        what: `attempt ${number} of ${delivery_id} began ${started_at.getTime() - at.getTime()} ms after alert ${id} was deleted`,
      })),
    ];
  });
}

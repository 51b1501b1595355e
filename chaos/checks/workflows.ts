import type { Ledger } from '../ledger';
import { groupBy, type Violation } from './violation';

/** An alert that waits has one workflow that runs; of all others none runs, and none has done its work twice. */
export function checkWorkflows({ alerts, workflows }: Pick<Ledger, 'alerts' | 'workflows'>): Violation[] {
  const runsOf = groupBy(workflows, (workflow) => workflow.alertId);
  const known = new Set(alerts.map(({ id }) => id));
  const strangers = [...runsOf.keys()].filter((id) => !known.has(id));
  return [
    ...strangers.map((id) => ({
      rule: 'Every workflow has its alert',
      what: `the alert ${id} is not stored`,
    })),
    ...alerts.flatMap(({ id, status }) => {
      const statuses = (runsOf.get(id) ?? []).map((run) => run.status);
      const running = statuses.filter((name) => name === 'RUNNING').length;
      const completed = statuses.filter((name) => name === 'COMPLETED').length;
      const name = `alert ${id} is ${status}; its workflow's runs: ${statuses.join(', ') || 'none'}`;
      return [
        ...(running === (status === 'active' ? 1 : 0)
          ? []
          : [{ rule: 'A workflow runs while its alert waits, and no longer', what: name }]),
        ...(completed <= 1 ? [] : [{ rule: 'A workflow does its work once', what: name }]),
      ];
    }),
  ];
}

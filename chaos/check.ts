import { checkDeletions } from './checks/deletions';
import { checkDeliveries } from './checks/deliveries';
import { checkFirings } from './checks/firings';
import type { Violation } from './checks/violation';
import { checkWorkflows } from './checks/workflows';
import type { Ledger } from './ledger';

/** Compares firings, messages, attempts, workflows and what the receiver got; a run that holds has no violation. */
export function check(ledger: Ledger): Violation[] {
  return [
    ...checkFirings(ledger),
    ...checkDeliveries(ledger),
    ...checkDeletions(ledger),
    ...checkWorkflows(ledger),
  ];
}

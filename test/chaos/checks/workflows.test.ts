import { checkWorkflows } from '../../../chaos/checks/workflows';
import type { Ledger } from '../../../chaos/ledger';
import { alert, ledger, NOTHING_SENT, RUNNING, UNFIRED } from '../fabricated-ledger';

describe('checkWorkflows finds', () => {
  it.each<[rule: string, fault: string, Partial<Ledger>]>([
    [
      'A workflow runs while its alert waits, and no longer',
      'a workflow is left over',
      { workflows: RUNNING },
    ],
    [
      'A workflow runs while its alert waits, and no longer',
      'nobody watches an alert',
      { alerts: [alert({ ...UNFIRED, status: 'active', armed_seq: '5' })], ...NOTHING_SENT, workflows: [] },
    ],
    [
      'A workflow does its work once',
      'a workflow ran again',
      { workflows: ['r1', 'r2'].map((runId) => ({ alertId: 'a1', runId, status: 'COMPLETED' })) },
    ],
    [
      'Every workflow has its alert',
      'a workflow of nobody',
      { workflows: [...ledger().workflows, { alertId: 'a0', runId: 'r0', status: 'COMPLETED' }] },
    ],
  ])('%s: %s', (rule, _, over) => {
    expect(checkWorkflows(ledger(over)).map((violation) => violation.rule)).toContain(rule);
  });
});

import { checkDeletions } from '../../../chaos/checks/deletions';
import type { Ledger } from '../../../chaos/ledger';
import { alert, ledger, moment } from '../fabricated-ledger';

describe('checkDeletions finds', () => {
  it.each<[rule: string, fault: string, Partial<Ledger>]>([
    [
      'What was answered as deleted is deleted',
      'a deletion did nothing',
      { deleted: [{ id: 'a1', at: moment(99) }] },
    ],
    [
      'No attempt begins after a deletion',
      'an attempt began later',
      { alerts: [alert({ status: 'deleted' })], deleted: [{ id: 'a1', at: moment(9) }] },
    ],
  ])('%s: %s', (rule, _, over) => {
    expect(checkDeletions(ledger(over)).map((violation) => violation.rule)).toContain(rule);
  });
});

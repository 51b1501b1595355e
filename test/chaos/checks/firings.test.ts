import { checkFirings } from '../../../chaos/checks/firings';
import type { Ledger } from '../../../chaos/ledger';
import {
  alert,
  arrival,
  attempt,
  body,
  delivery,
  ledger,
  moment,
  NOTHING_SENT,
  RUNNING,
  UNFIRED,
} from '../fabricated-ledger';

describe('checkFirings finds', () => {
  it.each<[rule: string, fault: string, Partial<Ledger>]>([
    [
      'An alert that its user was told of is stored',
      'an alert is gone',
      { alerts: [], ...NOTHING_SENT, workflows: [] },
    ],
    [
      'No firing is lost',
      'an alert sleeps on',
      { alerts: [alert({ ...UNFIRED, status: 'active' })], ...NOTHING_SENT, workflows: RUNNING },
    ],
    [
      'An alert fires once',
      'an alert fired twice',
      {
        alerts: [alert({ firing_number: 2 })],
        deliveries: [delivery(), delivery({ id: 'msg_2', firing_number: 2 })],
      },
    ],
    [
      'Status and firing agree',
      'an alert waits after it fired',
      { alerts: [alert({ status: 'active' })], workflows: RUNNING },
    ],
    [
      'A firing is by the first price beyond the line',
      'a later price fired it',
      {
        alerts: [alert({ triggered_price: '102', triggered_at: moment(4) })],
        deliveries: [delivery({ body: body({ triggered_price: 102 }) })],
        arrivals: [arrival({ body: body({ triggered_price: 102 }) })],
      },
    ],
    [
      'A firing is by the first price beyond the line',
      'it fired at another time',
      { alerts: [alert({ triggered_at: moment(4) })] },
    ],
    [
      'Nothing fires that did not come true',
      'the price only reached the line',
      { quotes: ledger().quotes.slice(0, 3) },
    ],
    [
      'One id a firing',
      'a second message',
      {
        deliveries: [delivery(), delivery({ id: 'msg_2' })],
        attempts: [attempt(), attempt({ delivery_id: 'msg_2' })],
        arrivals: [arrival(), arrival({ id: 'msg_2' })],
      },
    ],
    ['One id a firing', 'no message', NOTHING_SENT],
    [
      'A message tells of its firing',
      'a message tells of another price',
      {
        deliveries: [delivery({ body: body({ triggered_price: 7 }) })],
        arrivals: [arrival({ body: body({ triggered_price: 7 }) })],
      },
    ],
  ])('%s: %s', (rule, _, over) => {
    expect(checkFirings(ledger(over)).map((violation) => violation.rule)).toContain(rule);
  });
});

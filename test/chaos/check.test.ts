import { check } from '../../chaos/check';
import type { Ledger } from '../../chaos/ledger';
import {
  alert,
  arrival,
  attempt,
  delivery,
  FAILED,
  ledger,
  moment,
  NOTHING_SENT,
  RUNNING,
  UNFIRED,
  UNKNOWN,
} from './fabricated-ledger';

describe('a ledger that holds', () => {
  it.each<[string, Partial<Ledger>]>([
    ['delivered at once', {}],
    [
      'refused, then delivered',
      {
        attempts: [attempt(FAILED), attempt({ number: 2 })],
        arrivals: [arrival({ answered: 503 }), arrival()],
      },
    ],
    [
      'accepted twice, since the first answer was not heard',
      { attempts: [attempt(UNKNOWN), attempt({ number: 2 })], arrivals: [arrival(), arrival()] },
    ],
    [
      'recorded, but never sent',
      { attempts: [attempt(UNKNOWN), attempt({ number: 2 })], arrivals: [arrival()] },
    ],
    [
      'given up at the limit',
      {
        deliveries: [delivery({ status: 'failed' })],
        attempts: [1, 2, 3].map((number) => attempt({ ...FAILED, number })),
        arrivals: [1, 2, 3].map(() => arrival({ answered: 503 })),
        workflows: [{ alertId: 'a1', runId: 'r1', status: 'FAILED' }],
      },
    ],
    [
      'given up as gone',
      {
        deliveries: [delivery({ status: 'failed' })],
        attempts: [attempt({ outcome: 'failed', status_code: 410 })],
        arrivals: [arrival({ answered: 410 })],
      },
    ],
    [
      'waiting',
      {
        alerts: [alert({ ...UNFIRED, status: 'active', armed_seq: '5' })],
        ...NOTHING_SENT,
        workflows: RUNNING,
      },
    ],
    [
      'deleted before it fired',
      {
        alerts: [alert({ ...UNFIRED, status: 'deleted' })],
        ...NOTHING_SENT,
        workflows: [],
        deleted: [{ id: 'a1', at: moment(2) }],
      },
    ],
    [
      'deleted while an attempt was under way',
      {
        alerts: [alert({ status: 'deleted' })],
        deliveries: [delivery({ status: 'cancelled' })],
        deleted: [{ id: 'a1', at: moment(10) }],
      },
    ],
  ])('%s', (_, over) => {
    expect(check(ledger(over))).toEqual([]);
  });
});

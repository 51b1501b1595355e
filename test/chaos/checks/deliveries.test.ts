import { checkDeliveries } from '../../../chaos/checks/deliveries';
import type { Ledger } from '../../../chaos/ledger';
import { arrival, attempt, body, delivery, FAILED, ledger, UNKNOWN } from '../fabricated-ledger';

describe('checkDeliveries finds', () => {
  it.each<[rule: string, fault: string, Partial<Ledger>]>([
    [
      'Nothing arrives under an unknown id',
      'a stranger arrives',
      { arrivals: [arrival(), arrival({ id: 'msg_0' })] },
    ],
    [
      'Every attempt is recorded',
      'a request without its row',
      {
        attempts: [attempt(UNKNOWN), attempt({ number: 2 })],
        arrivals: [arrival(), arrival(), arrival({ answered: null })],
      },
    ],
    [
      'Every attempt of a message that is over has an outcome',
      'an open attempt',
      { attempts: [attempt({ outcome: null, status_code: null }), attempt({ number: 2 })] },
    ],
    [
      'The last attempt of a delivered message delivered it',
      'no success is recorded',
      { attempts: [attempt(UNKNOWN)] },
    ],
    [
      'What counts as delivered has arrived and was accepted',
      'the receiver does not know it',
      { arrivals: [arrival({ answered: null })] },
    ],
    [
      'Every message is over in the end',
      'a message is under way',
      { deliveries: [delivery({ status: 'pending' })] },
    ],
    [
      'A message fails only when its attempts are used up or its receiver is gone',
      'it was given up early',
      {
        deliveries: [delivery({ status: 'failed' })],
        attempts: [attempt(FAILED)],
        arrivals: [arrival({ answered: 503 })],
      },
    ],
    [
      'Only a deletion cancels',
      'a message was cancelled',
      { deliveries: [delivery({ status: 'cancelled' })] },
    ],
    [
      'Attempts are numbered from 1 to the limit',
      'an attempt is missing',
      { attempts: [attempt({ number: 2 })] },
    ],
    [
      'Attempts are numbered from 1 to the limit',
      'one too many',
      { attempts: [1, 2, 3, 4].map((number) => attempt({ ...(number < 4 && UNKNOWN), number })) },
    ],
    [
      'A message has the same bytes on every arrival',
      'other bytes arrived',
      { arrivals: [arrival({ body: `${body()} ` })] },
    ],
    ['A message arrives at its own URL', 'it went elsewhere', { arrivals: [arrival({ path: '/hook/2' })] }],
    [
      'Every request is signed by its owner',
      'a wrong signature',
      { arrivals: [arrival({ genuine: false })] },
    ],
    [
      'What was accepted, and known to be, is not sent again',
      'a second request after a heard answer',
      { attempts: [attempt(FAILED), attempt({ number: 2 })], arrivals: [arrival(), arrival()] },
    ],
    [
      'An answer that is recorded was given',
      'an invented answer',
      {
        attempts: [attempt(FAILED), attempt({ number: 2 })],
        arrivals: [arrival({ answered: null }), arrival()],
      },
    ],
  ])('%s: %s', (rule, _, over) => {
    expect(checkDeliveries(ledger(over)).map((violation) => violation.rule)).toContain(rule);
  });
});

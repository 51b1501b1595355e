import type { Arrival } from '../../chaos/hooks';
import type { Ledger, LedgerAlert, LedgerAttempt, LedgerDelivery } from '../../chaos/ledger';

const AT = new Date('2026-01-01T00:00:00Z');
/** So many milliseconds after the beginning. */
export const moment = (ms: number) => new Date(AT.getTime() + ms);

export const alert = (over: Partial<LedgerAlert> = {}): LedgerAlert => ({
  id: 'a1',
  ticker: 'BTC',
  condition: 'gt',
  target_price: '100',
  armed_seq: '1',
  status: 'fired',
  firing_number: 1,
  triggered_at: moment(3),
  triggered_price: '101',
  webhook_url: 'http://127.0.0.1:1/hook/1',
  ...over,
});

export const body = (over: object = {}) => JSON.stringify({ alert_id: 'a1', triggered_price: 101, ...over });

export const delivery = (over: Partial<LedgerDelivery> = {}): LedgerDelivery => ({
  id: 'msg_1',
  alert_id: 'a1',
  firing_number: 1,
  url: 'http://127.0.0.1:1/hook/1',
  body: body(),
  status: 'delivered',
  ...over,
});

export const attempt = (over: Partial<LedgerAttempt> = {}): LedgerAttempt => ({
  delivery_id: 'msg_1',
  number: 1,
  started_at: moment(10),
  outcome: 'delivered',
  status_code: 204,
  ...over,
});

export const arrival = (over: Partial<Arrival> = {}): Arrival => ({
  path: '/hook/1',
  id: 'msg_1',
  body: body(),
  at: moment(11),
  genuine: true,
  answered: 204,
  ...over,
});

/** An alert that fired and was delivered at once, with what is to be different. */
export const ledger = (over: Partial<Ledger> = {}): Ledger => ({
  alerts: [alert()],
  quotes: [
    // The first one was there when the alert was armed.
    { ticker: 'BTC', seq: '1', price: '200', quoted_at: moment(1), tick_at: moment(1) },
    { ticker: 'BTC', seq: '2', price: '100', quoted_at: moment(2), tick_at: moment(2) },
    { ticker: 'ETH', seq: '3', price: '300', quoted_at: moment(2), tick_at: moment(2) },
    { ticker: 'BTC', seq: '4', price: '101.0', quoted_at: moment(3), tick_at: moment(3) },
    { ticker: 'BTC', seq: '5', price: '102', quoted_at: moment(4), tick_at: moment(4) },
  ],
  deliveries: [delivery()],
  attempts: [attempt()],
  arrivals: [arrival()],
  workflows: [{ alertId: 'a1', runId: 'r1', status: 'COMPLETED' }],
  promised: [{ id: 'a1', webhookUrl: 'http://127.0.0.1:1/hook/1', by: '201', posts: 1 }],
  deleted: [],
  maxAttempts: 3,
  ...over,
});

export const UNFIRED = { firing_number: 0, triggered_at: null, triggered_price: null } as const;
export const NOTHING_SENT = { deliveries: [], attempts: [], arrivals: [] };
export const RUNNING = [{ alertId: 'a1', runId: 'r1', status: 'RUNNING' }];
export const FAILED = { number: 1, outcome: 'failed', status_code: 503 } as const;
export const UNKNOWN = { number: 1, outcome: 'unknown', status_code: null } as const;

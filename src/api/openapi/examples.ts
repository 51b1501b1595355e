import type { AlertAnswer } from '../answers/alerts';
import type {
  AttemptAnswer,
  AttemptDetailsAnswer,
  DeliveryAnswer,
  DeliveryDetailsAnswer,
} from '../answers/deliveries';
import type { EndpointAnswer } from '../answers/endpoints';

const ALERT_ID = '0b6f1f3e-5c1d-4d5a-9a51-3c7f2f3f9a10';
const DELIVERY_ID = 'msg_2mXk4Tz0vQbN7hYc1RsE9aLp';
const WEBHOOK_URL = 'https://example.com/hooks/prices';
const FIRED_AT = '2026-03-01T12:00:10.000Z';

export const ACTIVE_ALERT: AlertAnswer = {
  id: ALERT_ID,
  ticker: 'BTC',
  target_price: 65420.15,
  condition: 'gt',
  webhook_url: WEBHOOK_URL,
  is_active: true,
  status: 'active',
  created_at: '2026-03-01T11:30:00.000Z',
  triggered_at: null,
  triggered_price: null,
};

/** The body that makes it. */
export const NEW_ALERT = {
  ticker: 'BTC',
  target_price: 65420.15,
  condition: 'gt' as const,
  webhook_url: WEBHOOK_URL,
};

/** Bodies of an import. */
export const IMPORTED_ALERTS = [
  NEW_ALERT,
  {
    ticker: 'ETH',
    metric: 'change_1h' as const,
    condition: 'gt' as const,
    threshold: 5,
    repeat: { every: '1h' },
    labels: { desk: 'spot' },
    webhook_url: WEBHOOK_URL,
  },
];

export const FIRED_ALERT: AlertAnswer = {
  ...ACTIVE_ALERT,
  is_active: false,
  status: 'fired',
  triggered_at: FIRED_AT,
  triggered_price: 65431.2,
};

const ATTEMPT: AttemptAnswer = {
  number: 1,
  started_at: '2026-03-01T12:00:10.120Z',
  ended_at: '2026-03-01T12:00:10.310Z',
  status_code: 200,
  outcome: 'delivered',
  error: null,
  duration_ms: 190,
  response_body: 'ok',
};

export const ATTEMPT_DETAILS: AttemptDetailsAnswer = {
  ...ATTEMPT,
  error_class: null,
  cause: 'schedule',
  timings: { dns_ms: 12, connect_ms: 31, tls_ms: 44 },
  request_headers: { 'content-type': 'application/json', 'webhook-id': DELIVERY_ID },
  response_headers: { 'content-type': 'text/plain' },
  workflow_url: null,
};

export const DELIVERY: DeliveryAnswer = {
  id: DELIVERY_ID,
  alert_id: ALERT_ID,
  status: 'delivered',
  created_at: '2026-03-01T12:00:10.050Z',
  delivered_at: '2026-03-01T12:00:10.310Z',
  next_attempt_at: null,
  attempts: [ATTEMPT],
};

const PAYLOAD = {
  type: 'alert.triggered',
  timestamp: FIRED_AT,
  alert_id: ALERT_ID,
  ticker: 'BTC',
  triggered_price: 65431.2,
  condition: 'gt',
  target_price: 65420.15,
  triggered_at: FIRED_AT,
};

export const DELIVERY_DETAILS: DeliveryDetailsAnswer = {
  ...DELIVERY,
  type: 'alert.triggered',
  webhook_url: WEBHOOK_URL,
  payload: JSON.stringify(PAYLOAD),
  redeliveries: 0,
  workflow_url: null,
  attempts: [ATTEMPT_DETAILS],
};

/** Unfinished, after an attempt that failed. */
export const WAITING_DELIVERY: DeliveryDetailsAnswer = {
  ...DELIVERY_DETAILS,
  status: 'pending',
  delivered_at: null,
  next_attempt_at: '2026-03-01T12:00:20.310Z',
  attempts: [
    {
      ...ATTEMPT_DETAILS,
      status_code: 503,
      outcome: 'failed',
      error: 'The server answered 503.',
      error_class: 'http',
      response_body: 'down for maintenance',
    },
  ],
};

export const DISABLED_ENDPOINT: EndpointAnswer = {
  id: '6d1c0f0a-0e0b-4b7e-8d49-6f2d0a4f5b21',
  host: 'example.com',
  status: 'disabled',
  failing_since: '2026-03-01T12:00:10.310Z',
  failures: 96,
  last_failure_at: '2026-03-02T12:00:11.020Z',
  last_error: 'The server answered 503.',
  last_status_code: 503,
  last_success_at: null,
  disabled_at: '2026-03-02T12:00:11.020Z',
  skipped: 3,
};

import { effect, signal } from '@preact/signals';
import { createClient } from '../../../clients/typescript';
import { call, callPage } from '../api/client';
import { unreachable } from '../api/failure';
import type { Alert, Delivery, Health } from '../api/types';
import { apiKey } from '../session';
import { feed } from './feed';

const DAY_MS = 86_400_000;

/** How many pages of alerts are looked at. */
const alertPages = signal(1);

/** The newest alerts, page by page as far as somebody wants to see them, and whether there are more. */
export const alerts = feed(async () => {
  const body: Alert[] = [];
  let next: string | undefined;
  for (let page = 0; page < alertPages.value; page += 1) {
    const query = { details: true, limit: 1_000, cursor: next };
    const answer = await callPage('GET /alerts/', { params: { query } });
    // As `details` asks for.
    body.push(...(answer.body as Alert[]));
    next = answer.next;
    if (next === undefined) break;
  }
  return { body, ...(next && { next }) };
}, 5_000);

/** Has older alerts looked at, too. */
export async function showMoreAlerts(): Promise<void> {
  alertPages.value += 1;
  await alerts.refresh();
}

effect(() => {
  if (apiKey.value === null) alertPages.value = 1;
});

/** Only deliveries with this status; all, where it is undefined. */
export const deliveryStatus = signal<Delivery['status'] | undefined>(undefined);

export const deliveries = feed(
  () => callPage('GET /deliveries', { params: { query: { limit: 50, status: deliveryStatus.value } } }),
  5_000,
);

/** What the overview shows, whatever the list of deliveries is filtered by. */
export const lastDeliveries = feed(
  () =>
    callPage('GET /deliveries', {
      params: { query: { limit: 100, since: new Date(Date.now() - DAY_MS).toISOString() } },
    }),
  6_000,
);

export const endpoints = feed(() => call('GET /endpoints'), 10_000);
export const sources = feed(() => call('GET /sources'), 8_000);
export const alarms = feed(() => call('GET /alarms', { params: { query: { limit: 50 } } }), 15_000);
export const anomalies = feed(() => call('GET /anomalies', { params: { query: { limit: 200 } } }), 30_000);
export const violations = feed(() => call('GET /quality', { params: { query: { limit: 100 } } }), 30_000);
export const keys = feed(() => call('GET /users/me/keys'), 30_000);
export const me = feed(() => call('GET /users/me'), 60_000);

const keyless = createClient({ baseUrl: location.origin });

/** At the root, without a key; its 503 is an answer as well. */
export const health = feed(async () => {
  let answer: { data?: Health; error?: Health };
  try {
    answer = await keyless.GET('/health', { signal: AbortSignal.timeout(10_000) });
  } catch {
    throw unreachable();
  }
  const said = answer.data ?? answer.error;
  // Something that stands in its way may say anything.
  if (typeof said !== 'object') throw unreachable();
  return said;
}, 10_000);

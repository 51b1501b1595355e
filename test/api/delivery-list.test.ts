import { sql } from 'kysely';
import { addUser, type TestUser, useApi } from './api';

const api = useApi();
let user: TestUser;

beforeEach(async () => {
  user = await addUser(api().db);
});

const at = (minute: number) => new Date(Date.UTC(2026, 2, 1, 12, minute));

async function addDelivery(
  minute: number,
  values: { status?: 'pending' | 'delivered' | 'failed' | 'skipped'; market?: 'live' | 'replay' } = {},
): Promise<string> {
  const id = `msg_${user.id.replaceAll('-', '')}${minute}`;
  await api()
    .db.insertInto('deliveries')
    .values({
      ...{ id, user_id: user.id, market: 'replay', type: 'webhook.test', firing_number: 0 },
      ...{ url: 'https://example.com/hook?key=1', body: '{}', created_at: at(minute) },
      ...values,
    })
    .execute();
  return id;
}

const get = (query = '') => api().ask(`GET /api/v1/deliveries${query}`, { key: user.key });
const idsOf = (json: { id: string }[]) => json.map(({ id }) => id);

describe('GET /deliveries', () => {
  it('answers all that was sent, the newest first, with everything about the attempts', async () => {
    const first = await addDelivery(1, { status: 'delivered' });
    const second = await addDelivery(2);
    await addDelivery(3, { market: 'live' });
    await api()
      .db.insertInto('attempts')
      .values({
        ...{ delivery_id: first, number: 1, started_at: at(1), ended_at: at(2), outcome: 'failed' },
        ...{ status_code: 500, error_class: 'http', error: 'Answered 500', duration_ms: 12, dns_ms: 1 },
        ...{ connect_ms: 2, tls_ms: null, cause: 'user', workflow_id: `redelivery-${first}`, run_id: 'run' },
        request_headers: '{"webhook-id":"x"}',
        ...{ response_headers: '{"server":"y"}', response_body: 'no' },
      })
      .execute();
    const { status, json } = await get();
    expect(status).toBe(200);
    expect(idsOf(json)).toEqual([second, first]);
    expect(json[1]).toEqual({
      ...{ id: first, alert_id: null, type: 'webhook.test', status: 'delivered', payload: '{}' },
      ...{ webhook_url: 'https://example.com/hook?key=1', created_at: at(1).toISOString() },
      ...{ delivered_at: null, next_attempt_at: null, redeliveries: 0 },
      workflow_url: `http://temporal.example/delivery-${first}`,
      attempts: [
        {
          ...{ number: 1, started_at: at(1).toISOString(), ended_at: at(2).toISOString(), outcome: 'failed' },
          ...{ status_code: 500, error_class: 'http', error: 'Answered 500', duration_ms: 12 },
          ...{ timings: { dns_ms: 1, connect_ms: 2, tls_ms: null }, cause: 'user', response_body: 'no' },
          ...{ request_headers: { 'webhook-id': 'x' }, response_headers: { server: 'y' } },
          workflow_url: `http://temporal.example/redelivery-${first}/run`,
        },
      ],
    });
    expect((await api().ask(`GET /api/v1/deliveries/${first}`, { key: user.key })).json).toEqual(json[1]);
  });

  it('tells of the newest hundred attempts of a delivery, and ends a page before it has more than a thousand', async () => {
    const ids: string[] = [];
    for (let minute = 1; minute <= 12; minute += 1) ids.unshift(await addDelivery(minute));
    await sql`
      insert into attempts (delivery_id, number, outcome, ended_at)
      select id, number, 'failed', now() from unnest(${ids}::text[]) as id, generate_series(1, 101) as number`.execute(
      api().db,
    );
    const page = await get('?limit=50');
    expect(idsOf(page.json)).toEqual(ids.slice(0, 10));
    const numbers = page.json[0].attempts.map(({ number }: { number: number }) => number);
    expect(numbers).toEqual(Array.from({ length: 100 }, (_, index) => index + 2));
    const [, next] = /<\/api\/v1\/deliveries(.*)>; rel="next"/.exec(page.headers.get('link') ?? '') ?? [];
    const rest = await get(next);
    expect(idsOf(rest.json)).toEqual(ids.slice(10));
    expect(rest.headers.get('link')).toBeNull();
  });

  it('takes a status and a span of time', async () => {
    const ids = [];
    for (const minute of [1, 2, 3, 4]) {
      ids.push(await addDelivery(minute, { status: minute % 2 ? 'failed' : 'delivered' }));
    }
    expect(idsOf((await get('?status=failed')).json)).toEqual([ids[2], ids[0]]);
    const span = `?since=${at(2).toISOString()}&until=${at(4).toISOString()}`;
    expect(idsOf((await get(span)).json)).toEqual([ids[2], ids[1]]);
    expect(idsOf((await get('?since=2026-03-01T13:03:00%2B01:00')).json)).toEqual([ids[3], ids[2]]);
  });

  it('comes in pages that miss nothing and repeat nothing, even within one millisecond', async () => {
    const ids = [];
    for (const minute of [1, 2, 3, 4, 5]) ids.push(await addDelivery(minute));
    await sql`
      update deliveries set created_at = '2026-03-01T12:00:00Z'::timestamptz
        + (row_number * interval '1 microsecond')
      from (select id as of_id, row_number() over (order by id) from deliveries) as numbered
      where id = of_id and user_id = ${user.id}`.execute(api().db);
    const seen: string[] = [];
    let path: string | undefined = '/api/v1/deliveries?limit=2';
    while (path !== undefined) {
      const { json, headers } = await api().ask(`GET ${path}`, { key: user.key });
      seen.push(...idsOf(json));
      path = /<(.*)>; rel="next"/.exec(headers.get('link') ?? '')?.[1];
    }
    expect(seen).toEqual([...ids].reverse());
  });

  it.each([
    ['?status=lost', 'status'],
    ['?since=yesterday', 'since'],
    ['?limit=101', 'limit'],
    ['?limit=0', 'limit'],
    ['?cursor=bm90aGluZw', 'cursor'],
    ['?page=2', 'page'],
  ])('refuses %s', async (query, path) => {
    expect(await get(query)).toMatchObject({ status: 422, json: { errors: [{ path }] } });
  });
});

describe('GET /deliveries/{id}', () => {
  it.each(['msg_unknown', 'no-id', 'msg_%00'])('answers 404 for %s', async (id) => {
    const { status, json } = await api().ask(`GET /api/v1/deliveries/${id}`, { key: user.key });
    expect([status, json]).toEqual([
      404,
      { error: 'HTTPException', detail: 'Delivery not found', code: 404 },
    ]);
  });

  it("answers the same for another user's", async () => {
    const id = await addDelivery(1);
    const other = await addUser(api().db);
    for (const request of [
      `GET /api/v1/deliveries/${id}`,
      ...ACTIONS.map((action) => `POST /api/v1/deliveries/${id}/${action}`),
    ]) {
      const { status, json } = await api().ask(request, { key: other.key });
      expect([status, json.detail]).toEqual([404, 'Delivery not found']);
    }
    expect(api().deliveries.wanted).toEqual([]);
  });
});

const ACTIONS = ['redeliver', 'retry-now', 'cancel'];

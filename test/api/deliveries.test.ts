import { z } from 'zod';
import { deliverySchema } from '../../src/api/answers/deliveries';
import { ALERT, ALERT_NOT_FOUND, addUser, type TestUser, useApi } from './api';

describe('GET /alerts/{id}/deliveries', () => {
  const api = useApi();
  let user: TestUser;
  let id: string;

  beforeEach(async () => {
    user = await addUser(api().db);
    id = (await api().ask('POST /api/v1/alerts/', { key: user.key, body: ALERT })).json.id;
  });

  const list = (alertId = id, key = user.key) =>
    api().ask(`GET /api/v1/alerts/${alertId}/deliveries`, { key });
  const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 12, 0, second));

  async function addDelivery(firing: number, values = {}): Promise<string> {
    const row = {
      ...{
        id: `msg_${firing}_${id}`,
        alert_id: id,
        user_id: user.id,
        market: 'replay' as const,
        firing_number: firing,
      },
      ...{ url: ALERT.webhook_url, body: '{}', created_at: at(firing), next_attempt_at: at(firing + 10) },
    };
    await api()
      .db.insertInto('deliveries')
      .values({ ...row, ...values })
      .execute();
    return row.id;
  }

  it('is an empty array before the alert fired', async () => {
    const { status, json } = await list();
    expect(status).toBe(200);
    expect(json).toEqual([]);
  });

  it('has every delivery, the newest first, with its attempts in their order', async () => {
    const first = await addDelivery(1, { status: 'delivered', delivered_at: at(3), next_attempt_at: null });
    const second = await addDelivery(2);
    const ended = { ended_at: at(2), duration_ms: 130 };
    await api()
      .db.insertInto('attempts')
      .values([
        {
          ...{ delivery_id: first, number: 2, started_at: at(3), ended_at: at(3), outcome: 'delivered' },
          ...{ status_code: 204, duration_ms: 12, response_body: '' },
        },
        {
          ...{
            delivery_id: first,
            number: 1,
            started_at: at(1),
            ...ended,
            outcome: 'failed',
            status_code: 500,
          },
          ...{ error_class: 'http', error: 'The server answered 500.', response_body: 'Oops' },
        },
      ])
      .execute();
    const { json } = await list();
    expect(z.array(deliverySchema).parse(json)).toEqual(json);
    expect(json).toEqual([
      {
        ...{ id: second, alert_id: id, status: 'pending', created_at: '2026-03-01T12:00:02.000Z' },
        ...{ delivered_at: null, next_attempt_at: '2026-03-01T12:00:12.000Z', attempts: [] },
      },
      {
        ...{ id: first, alert_id: id, status: 'delivered', created_at: '2026-03-01T12:00:01.000Z' },
        ...{ delivered_at: '2026-03-01T12:00:03.000Z', next_attempt_at: null },
        attempts: [
          {
            ...{ number: 1, started_at: '2026-03-01T12:00:01.000Z', ended_at: '2026-03-01T12:00:02.000Z' },
            ...{ status_code: 500, outcome: 'failed', error: 'The server answered 500.', duration_ms: 130 },
            response_body: 'Oops',
          },
          {
            ...{ number: 2, started_at: '2026-03-01T12:00:03.000Z', ended_at: '2026-03-01T12:00:03.000Z' },
            ...{ status_code: 204, outcome: 'delivered', error: null, duration_ms: 12, response_body: '' },
          },
        ],
      },
    ]);
    expect(Object.keys(json[1])).toEqual([
      ...['id', 'alert_id', 'status', 'created_at', 'delivered_at', 'next_attempt_at', 'attempts'],
    ]);
    expect(Object.keys(json[1].attempts[0])).toEqual([
      ...[
        'number',
        'started_at',
        'ended_at',
        'status_code',
        'outcome',
        'error',
        'duration_ms',
        'response_body',
      ],
    ]);
  });

  it('calls an attempt without an outcome unknown', async () => {
    const delivery = await addDelivery(1);
    await api()
      .db.insertInto('attempts')
      .values({ delivery_id: delivery, number: 1, started_at: at(1) })
      .execute();
    expect((await list()).json[0].attempts).toEqual([
      {
        ...{ number: 1, started_at: '2026-03-01T12:00:01.000Z', ended_at: null, status_code: null },
        ...{ outcome: 'unknown', error: null, duration_ms: null, response_body: null },
      },
    ]);
  });

  it("answers the same 404 for an unknown alert, another user's and what is no id", async () => {
    const stranger = await addUser(api().db);
    for (const answer of [
      await list('3f0e5a54-6f0c-4f6e-9d3c-0d7a3c1b2e4f'),
      await list(id, stranger.key),
      await list('nonsense'),
    ]) {
      expect(answer.status).toBe(404);
      expect(answer.json).toEqual(ALERT_NOT_FOUND);
    }
  });
});

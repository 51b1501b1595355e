import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { enabledEndpointSchema, endpointSchema } from '../../src/api/answers/endpoints';
import { forgetIdleEndpoints } from '../../src/db/endpoints';
import { attempt, failingSince, seedDelivery } from '../support/endpoints';
import { addUser, type TestUser, useApi } from './api';

const NOT_FOUND = { error: 'HTTPException', detail: 'Endpoint not found', code: 404 };

const api = useApi();
let user: TestUser;

beforeEach(async () => {
  user = await addUser(api().db);
});

const list = async (key = user.key) => (await api().ask('GET /api/v1/endpoints', { key })).json;
const enable = (id: string, body?: unknown, key = user.key) =>
  api().ask(`POST /api/v1/endpoints/${id}/enable`, { key, body });

async function send(url: string, statusCode: number): Promise<string> {
  const id = await seedDelivery(api().db, { userId: user.id, url });
  await attempt(api().db, id, statusCode);
  return id;
}

/** A disabled endpoint with one skipped delivery. */
async function disabled(): Promise<{ id: string; delivery: string }> {
  for (let i = 0; i < 2; i += 1) await send('https://bad.example.com/', 500);
  await failingSince(api().db, user.id, 61);
  await send('https://bad.example.com/', 500);
  const delivery = await send('https://bad.example.com/', 500);
  return { id: (await list())[0].id, delivery };
}

const statusOf = async (id: string) =>
  (await api().ask(`GET /api/v1/deliveries/${id}`, { key: user.key })).json.status;

describe('GET /endpoints', () => {
  it('is an empty array where nothing has failed', async () => {
    await send('https://good.example.com/', 204);
    expect(await list()).toEqual([]);
  });

  it('has those that have failed, by host, and how they do', async () => {
    await send('https://well.example.com/', 500);
    await send('https://well.example.com/', 204);
    await send('http://failing.example.com:8080/', 503);
    await disabled();
    const found = await list();
    expect(z.array(endpointSchema).parse(found)).toEqual(found);
    expect(found).toMatchObject([
      {
        ...{ host: 'bad.example.com', status: 'disabled', failures: 3, skipped: 1 },
        ...{ last_error: 'The server answered 500.', last_status_code: 500, last_success_at: null },
      },
      { host: 'failing.example.com:8080', status: 'failing', failures: 1, disabled_at: null, skipped: 0 },
      {
        ...{ host: 'well.example.com', status: 'ok', failing_since: null, failures: 0 },
        ...{ last_success_at: expect.stringMatching(/Z$/), last_failure_at: expect.stringMatching(/Z$/) },
      },
    ]);
    expect(await list((await addUser(api().db)).key)).toEqual([]);
  });
});

describe('POST /endpoints/{id}/enable', () => {
  it('enables it and leaves what was skipped alone, with an empty body, too', async () => {
    for (const body of [undefined, {}, { send_skipped: false }]) {
      user = await addUser(api().db);
      const { id, delivery } = await disabled();
      const { status, json } = await enable(id, body);
      expect(status).toBe(200);
      expect(enabledEndpointSchema.parse(json)).toEqual(json);
      expect(json).toMatchObject({ id, status: 'ok', failures: 0, skipped: 1, recovered: 0 });
      expect(await statusOf(delivery)).toBe('skipped');
      expect((await enable(id)).json.detail).toBe('The endpoint is not disabled');
      expect((await enable(id)).status).toBe(409);
    }
  });

  it('has what was skipped delivered, if asked', async () => {
    const { id, delivery } = await disabled();
    const { json } = await enable(id, { send_skipped: true });
    expect(json).toMatchObject({ status: 'ok', skipped: 0, recovered: 1 });
    expect(await statusOf(delivery)).toBe('pending');
  });

  it('refuses what it does not know', async () => {
    const { id } = await disabled();
    for (const body of [{ send_skipped: 'yes' }, { all: true }, []]) {
      expect((await enable(id, body)).status).toBe(422);
    }
  });

  it("answers the same 404 for an unknown endpoint, another user's and what is no id", async () => {
    const { id } = await disabled();
    const stranger = await addUser(api().db);
    for (const answer of [
      await enable(randomUUID()),
      await enable('bad.example.com'),
      await enable(id, {}, stranger.key),
    ]) {
      expect([answer.status, answer.json]).toEqual([404, NOT_FOUND]);
    }
    expect(await list()).toMatchObject([{ status: 'disabled' }]);
  });
});

describe('POST /deliveries/recover', () => {
  it('takes what was skipped', async () => {
    const { delivery } = await disabled();
    const since = '2026-01-01T00:00:00Z';
    const { json } = await api().ask('POST /api/v1/deliveries/recover', { key: user.key, body: { since } });
    expect(json).toEqual({ recovered: 1 });
    expect(await statusOf(delivery)).toBe('pending');
  });
});

describe('forgetIdleEndpoints', () => {
  it('forgets what has not failed for a month, and of users who left, everything', async () => {
    const { id } = await disabled();
    await send('https://failing.example.com/', 500);
    await send('https://old.example.com/', 500);
    const longAgo = new Date(Date.now() - 31 * 86_400_000);
    const hosts = ['bad.example.com', 'old.example.com'];
    await api()
      .db.updateTable('endpoints')
      .set({ last_failure_at: longAgo })
      .where('host', 'in', hosts)
      .where('user_id', '=', user.id)
      .execute();
    expect(await forgetIdleEndpoints(api().db)).toBe(1);
    expect(await list()).toMatchObject([{ id, status: 'disabled' }, { host: 'failing.example.com' }]);
    await api().ask('DELETE /api/v1/users/me', { key: user.key });
    await forgetIdleEndpoints(api().db);
    const left = api().db.selectFrom('endpoints').select('id').where('user_id', '=', user.id);
    expect(await left.execute()).toEqual([]);
  });
});

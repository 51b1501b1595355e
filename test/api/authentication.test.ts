import { newApiKey } from '../../src/api/api-key';
import { endUser } from '../../src/db/users';
import { ALERT, addUser, INVALID_KEY, MISSING_KEY, useApi } from './api';

const ID = '3f0e5a54-6f0c-4f6e-9d3c-0d7a3c1b2e4f';
const CALLS = [
  'GET /api/v1/users/me',
  'POST /api/v1/webhook-secret/rotate',
  'GET /api/v1/rates/',
  'POST /api/v1/alerts/',
  'GET /api/v1/alerts/',
  `GET /api/v1/alerts/${ID}`,
  `DELETE /api/v1/alerts/${ID}`,
  `GET /api/v1/alerts/${ID}/deliveries`,
  'GET /api/v1/sources',
];

describe('authentication', () => {
  const api = useApi();

  it.each(CALLS)('%s answers 401 without a key', async (call) => {
    for (const ask of [{}, { key: '' }]) {
      const { status, json, headers: sent } = await api().ask(call, ask);
      expect(status).toBe(401);
      expect(json).toEqual(MISSING_KEY);
      expect(sent.get('www-authenticate')).toBe('ApiKey realm="pricehook"');
    }
  });

  it.each(CALLS)('%s answers 401 with a wrong key', async (call) => {
    const { status, json } = await api().ask(call, { key: newApiKey().key });
    expect(status).toBe(401);
    expect(json).toEqual(INVALID_KEY);
  });

  it('answers 401 before it looks at the body', async () => {
    for (const raw of ['not json', JSON.stringify({ ...ALERT, target_price: -1 }), '']) {
      const { status, json } = await api().ask('POST /api/v1/alerts/', { raw });
      expect(status).toBe(401);
      expect(json).toEqual(MISSING_KEY);
    }
  });

  it('refuses keys of another form', async () => {
    const { key } = await addUser(api().db);
    const wrong = [
      'x',
      'sk_live_',
      key.slice(0, -1),
      `${key}A`,
      key.toLowerCase(),
      `${key}, ${key}`,
      `Bearer ${key}`,
    ];
    for (const each of wrong) {
      const { status, json } = await api().ask('GET /api/v1/users/me', { key: each });
      expect(status).toBe(401);
      expect(json).toEqual(INVALID_KEY);
    }
  });

  it('takes the key from its own header only', async () => {
    const { key } = await addUser(api().db);
    const { json } = await api().ask(`GET /api/v1/users/me?api_key=${key}`, {
      headers: { Authorization: `Bearer ${key}` },
    });
    expect(json).toEqual(MISSING_KEY);
  });

  it('shuts out a user who left', async () => {
    const { id, key } = await addUser(api().db);
    expect((await api().ask('GET /api/v1/users/me', { key })).status).toBe(200);
    await endUser(api().db, id);
    const { status } = await api().ask('GET /api/v1/users/me', { key });
    // The very next request may overtake the notification; none after it does.
    expect([200, 401]).toContain(status);
  });
});

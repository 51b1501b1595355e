import { addUser, useApi } from './api';

describe('the headers of an answer', () => {
  const api = useApi();

  it.each(['GET /health', 'GET /docs', 'GET /nothing', 'GET /api/v1/rates', 'POST /api/v1/users/register'])(
    '%s says the market, the request and what browsers may do',
    async (call) => {
      const { headers } = await api().ask(call);
      expect(headers.get('x-market')).toBe('replay');
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      const data = call.includes('/api/v1/');
      expect(headers.get('content-security-policy')).toContain(`default-src ${data ? "'none'" : "'self'"}`);
      expect(headers.get('strict-transport-security')).toBeNull();
      expect(headers.get('x-powered-by')).toBeNull();
    },
  );

  it("takes the caller's request id, and logs it", async () => {
    const { headers } = await api().ask('GET /nothing', { headers: { 'X-Request-Id': 'abc-1.2:3_X' } });
    expect(headers.get('x-request-id')).toBe('abc-1.2:3_X');
    expect(api().logged()).toContainEqual(expect.objectContaining({ requestId: 'abc-1.2:3_X', status: 404 }));
  });

  it.each(['a'.repeat(65), 'a b', '<script>', '"', 'é', ''])('makes its own for %p', async (given) => {
    const { headers } = await api().ask('GET /nothing', { headers: { 'X-Request-Id': given } });
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('logs one line a request, without keys, secrets and query strings', async () => {
    const { id, key } = await addUser(api().db);
    const before = api().logged().length;
    await api().ask(`GET /api/v1/users/me?token=geheim&key=${key}`, { key });
    const { json } = await api().ask('POST /api/v1/users/register', { body: { email: 'log@example.com' } });
    const lines = api().logged().slice(before);
    expect(lines).toMatchObject([
      { level: 30, method: 'GET', path: '/api/v1/users/me', status: 200, userId: id, msg: 'request' },
      { level: 30, method: 'POST', path: '/api/v1/users/register', status: 201, msg: 'request' },
    ]);
    const text = JSON.stringify(api().logged());
    for (const secret of [key, 'geheim', json.api_key, json.webhook_secret])
      expect(text).not.toContain(secret);
  });
});

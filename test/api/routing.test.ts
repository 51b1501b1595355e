import { ALERT, addUser, type TestUser, useApi } from './api';

const ID = '3f0e5a54-6f0c-4f6e-9d3c-0d7a3c1b2e4f';

describe('routing', () => {
  const api = useApi();
  let user: TestUser;

  beforeAll(async () => {
    user = await addUser(api().db);
  });

  it.each(['/users/me', '/alerts', `/alerts/${ID}`, `/alerts/${ID}/deliveries`, '/sources', '/rates'])(
    'GET %s answers the same with and without a slash at its end',
    async (path) => {
      const without = await api().ask(`GET /api/v1${path}`, { key: user.key });
      const withSlash = await api().ask(`GET /api/v1${path}/`, { key: user.key });
      expect(without.status).toBeLessThan(504);
      expect([withSlash.status, withSlash.text.length]).toEqual([without.status, without.text.length]);
      expect(withSlash.json.detail).not.toBe('Not Found');
    },
  );

  it('takes POST and DELETE with and without a slash', async () => {
    for (const [path, ticker] of [
      ['/api/v1/alerts', 'BTC'],
      ['/api/v1/alerts/', 'ETH'],
    ]) {
      const { status, json } = await api().ask(`POST ${path}`, { key: user.key, body: { ...ALERT, ticker } });
      expect(status).toBe(201);
      const slash = path?.endsWith('/') ? '/' : '';
      expect((await api().ask(`DELETE /api/v1/alerts/${json.id}${slash}`, { key: user.key })).status).toBe(
        204,
      );
    }
    for (const slash of ['', '/']) {
      const body = { email: `slash${slash.length}@example.com` };
      expect((await api().ask(`POST /api/v1/users/register${slash}`, { body })).status).toBe(201);
    }
  });

  it.each([
    '/api',
    '/api/v1',
    '/api/v1/',
    '/api/v1/nothing',
    '/alerts',
    '/API/V1/alerts',
    '/api/v1//alerts',
    `/api/v1/alerts/${ID}/nothing`,
    '/api/v2/alerts',
    '/%',
    '/api/v1/alerts/%E0%A4%A',
    '/..%2f..%2fetc/passwd',
  ])('answers 404 for %s', async (path) => {
    const { status, json } = await api().ask(`GET ${path}`, { key: user.key });
    expect(status).toBe(404);
    expect(json).toMatchObject({ error: 'HTTPException', code: 404 });
    expect(json.detail).toMatch(/^(Alert not found|Not Found)$/);
  });

  it.each([
    ['PUT', '/api/v1/alerts/', 'HEAD, GET, POST, OPTIONS'],
    ['PUT', `/api/v1/alerts/${ID}`, 'HEAD, GET, PATCH, DELETE, OPTIONS'],
    ['POST', `/api/v1/alerts/${ID}`, 'HEAD, GET, PATCH, DELETE, OPTIONS'],
    ['GET', '/api/v1/users/register', 'POST, OPTIONS'],
    ['DELETE', '/api/v1/rates', 'HEAD, GET, OPTIONS'],
    ['POST', '/health', 'HEAD, GET, OPTIONS'],
    ['PROPFIND', '/api/v1/sources', 'HEAD, GET, OPTIONS'],
  ])('answers 405 to %s %s, and says what is allowed', async (method, path, allowed) => {
    const { status, json, headers } = await api().ask(`${method} ${path}`);
    expect(status).toBe(405);
    expect(json).toEqual({ error: 'HTTPException', detail: 'Method Not Allowed', code: 405 });
    expect(headers.get('allow')?.split(', ').sort()).toEqual(allowed.split(', ').sort());
  });

  it('answers OPTIONS', async () => {
    const { status, headers, text } = await api().ask('OPTIONS /api/v1/alerts');
    expect(status).toBe(204);
    expect(headers.get('allow')?.split(', ').sort()).toEqual(['GET', 'HEAD', 'OPTIONS', 'POST']);
    expect(text).toBe('');
    expect((await api().ask('OPTIONS /nothing')).status).toBe(404);
  });

  it('answers HEAD like GET without a body', async () => {
    const get = await api().ask('GET /api/v1/users/me', { key: user.key });
    const head = await api().ask('HEAD /api/v1/users/me', { key: user.key });
    expect(head.status).toBe(200);
    expect(head.text).toBe('');
    expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'));
    expect((await api().ask('HEAD /api/v1/users/me')).status).toBe(401);
  });
});

import { createTestDatabase, type TestDatabase } from '../support/database';
import { startApi, type TestApi, useApi } from './api';
import { rawGet, sendRaw } from './raw';

describe('a malformed request', () => {
  const api = useApi();

  it('is one whose address is no address', async () => {
    const { status, json, head } = await sendRaw(api().url, rawGet('http://[', 'Host: localhost'));
    expect(status).toBe(400);
    expect(json).toEqual({
      error: 'HTTPException',
      detail: 'The address of the request is malformed',
      code: 400,
    });
    const requestId = /^x-request-id: (.*)$/im.exec(head)?.[1];
    expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(api().logged()).toContainEqual(
      expect.objectContaining({ requestId, status: 400, msg: 'request' }),
    );
  });

  it('is one without Host, in HTTP/1.1 only', async () => {
    const { json } = await sendRaw(api().url, rawGet('/metrics'));
    expect(json).toEqual({ error: 'HTTPException', detail: 'The Host header is missing', code: 400 });
    expect((await sendRaw(api().url, 'GET /metrics HTTP/1.0\r\n\r\n')).status).toBe(200);
  });

  it('is one that expects what nobody promised', async () => {
    const get = (expected: string) =>
      sendRaw(api().url, rawGet('/metrics', 'Host: localhost', `Expect: ${expected}`));
    expect((await get('200-ok')).json).toEqual({
      error: 'HTTPException',
      detail: 'Nothing can be expected but 100-continue',
      code: 417,
    });
    expect((await get('100-continue')).text).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/);
  });
});

describe('the name that a request is for', () => {
  let database: TestDatabase;
  let api: TestApi;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());
  afterEach(() => api.close());

  const start = async (changes: Parameters<typeof startApi>[1]) => {
    api = await startApi(database, changes);
  };
  const statusFor = async (host: string, path = '/metrics') =>
    (await sendRaw(api.url, rawGet(path, `Host: ${host}`))).status;

  it.each(['127.0.0.1', '::1', 'localhost'])(
    'is a local one where a part is embedded, on %s',
    async (host) => {
      await start({ host, embedded: { postgres: false, temporal: true } });
      for (const local of ['localhost', 'LocalHost:8000', '127.0.0.1:1', '[::1]', '[::1]:8000']) {
        expect(await statusFor(local)).toBe(200);
      }
      for (const foreign of [
        ...['evil.example', 'evil.example:8000', 'localhost.evil.example', '127.0.0.1.evil.example', ''],
        ...['localhost:8000@evil.example', 'evil.example:80:localhost', 'localhost, evil.example'],
      ]) {
        expect(await statusFor(foreign)).toBe(403);
      }
      for (const path of [
        '/health',
        '/docs',
        '/docs/swagger-ui.css',
        '/openapi.json',
        '/api/v1/rates',
        '/x',
      ]) {
        expect(await statusFor('evil.example', path)).toBe(403);
      }
      expect((await sendRaw(api.url, rawGet('/', 'Host: evil.example'))).json).toEqual({
        error: 'HTTPException',
        detail: 'This API answers only to localhost, 127.0.0.1, [::1]; check the Host header',
        code: 403,
      });
    },
  );

  it('is also that of the interface that was chosen', async () => {
    await start({ host: '127.0.0.2' });
    expect([await statusFor('127.0.0.2:8000'), await statusFor('127.0.0.3')]).toEqual([200, 403]);
  });

  it.each([
    ['nothing is embedded', { embedded: { postgres: false, temporal: false } }],
    ['others can reach it anyway', { host: '0.0.0.0' }],
    ['a proxy stands before it', { trustedProxies: 1 }],
  ])('is any where %s', async (_where, changes) => {
    await start(changes);
    expect(await statusFor('prices.example')).toBe(200);
  });
});

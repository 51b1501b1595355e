import { connect } from 'node:net';
import { ALERT, addUser, type TestUser, useApi } from './api';

const CALL = 'POST /api/v1/alerts/';
const JSON_TYPE = { 'Content-Type': 'application/json' };

describe('the body of a request', () => {
  const api = useApi();
  let user: TestUser;

  beforeEach(async () => {
    user = await addUser(api().db);
  });

  const send = (raw: string | Uint8Array, headers: Record<string, string> = JSON_TYPE) =>
    api().ask(CALL, { key: user.key, raw, headers });
  const padded = (bytes: number) => {
    const empty = JSON.stringify({ ...ALERT, webhook_url: '' });
    return JSON.stringify({ ...ALERT, webhook_url: 'x'.repeat(bytes - empty.length) });
  };

  it.each(['{', 'null}', '{"a":1,}', "{'a':1}", 'ticker=BTC', '{"a":NaN}', '{"a":1}{"b":2}', ' '])(
    'is refused with 400 when it is not JSON: %s',
    async (raw) => {
      const { status, json } = await send(raw);
      expect(status).toBe(400);
      expect(json).toEqual({ error: 'HTTPException', detail: 'The body is not valid JSON', code: 400 });
    },
  );

  it('is refused with 400 when it is not UTF-8', async () => {
    expect((await send(Buffer.from([0x22, 0xff, 0xfe, 0x22]))).status).toBe(400);
  });

  it('is refused with 400 when it is empty, with or without a type', async () => {
    for (const headers of [JSON_TYPE, {}]) {
      const { status, json } = await api().ask(CALL, { key: user.key, headers });
      expect(status).toBe(400);
      expect(json.detail).toBe('The body is empty; send a JSON object');
    }
  });

  it.each(['[]', 'null', '5', '"text"', 'true', `[${JSON.stringify(ALERT)}]`])(
    'is refused with 422 when it is no object: %s',
    async (raw) => {
      const { status, json } = await send(raw);
      expect(status).toBe(422);
      expect(json).toEqual({
        error: 'ValidationError',
        detail: 'The body must be a JSON object',
        code: 422,
        errors: [{ path: '', message: 'The body must be a JSON object' }],
      });
    },
  );

  it('may have 64 kB, and is refused with 413 above that', async () => {
    expect((await send(padded(65_536))).status).toBe(422);
    const { status, json } = await send(padded(65_537));
    expect(status).toBe(413);
    expect(json).toEqual({ error: 'HTTPException', detail: 'The body is larger than 64 kB', code: 413 });
  });

  it('is refused with 413 when its length is not announced either', async () => {
    const response = await fetch(`${api().url}/api/v1/alerts`, {
      method: 'POST',
      headers: { ...JSON_TYPE, 'X-API-Key': user.key },
      body: new Blob([padded(3_000_000)]).stream(),
      duplex: 'half',
    } as RequestInit);
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ code: 413 });
  });

  it('is refused by its announced length before it was sent', async () => {
    const socket = connect(Number(new URL(api().url).port), '127.0.0.1');
    socket.write(
      `POST /api/v1/alerts HTTP/1.1\r\nHost: localhost\r\nX-API-Key: ${user.key}\r\nContent-Length: 9999999\r\n\r\n`,
    );
    const [answer] = (await new Promise((resolve) => socket.once('data', (data) => resolve([data])))) as [
      Buffer,
    ];
    socket.destroy();
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 413 /);
  });

  it.each([
    ['text/plain'],
    ['application/x-www-form-urlencoded'],
    ['multipart/form-data; boundary=x'],
    ['application/xml'],
    ['application/jsonx'],
    ['application/json; charset=utf-16'],
    [''],
  ])('is refused with 415 when it is declared as %p', async (type) => {
    const { status, json, headers } = await send(JSON.stringify(ALERT), { 'Content-Type': type });
    expect(status).toBe(415);
    expect(json).toMatchObject({ error: 'HTTPException', code: 415 });
    expect(headers.get('accept')).toBe('application/json');
  });

  it('is refused with 415 without a type, and when it is compressed', async () => {
    expect((await send(Buffer.from(JSON.stringify(ALERT)), {})).status).toBe(415);
    expect((await send(JSON.stringify(ALERT), { ...JSON_TYPE, 'Content-Encoding': 'gzip' })).status).toBe(
      415,
    );
  });

  it.each([
    'application/json',
    'APPLICATION/JSON',
    'application/json;charset=utf-8',
    'application/json; charset="UTF-8"',
    'application/json; profile=x',
  ])('is taken as %s', async (type) => {
    expect((await send(JSON.stringify(ALERT), { 'Content-Type': type })).status).toBe(201);
  });

  it.each(['__proto__', 'constructor', 'prototype', 'toString'])('may not smuggle in %s', async (key) => {
    const raw = JSON.stringify(ALERT).replace('{', `{"${key}":{"isAdmin":true},`);
    const { status, json } = await send(raw);
    expect(status).toBe(422);
    expect(json.errors).toEqual([{ path: key, message: 'Unknown field' }]);
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  });

  it('has 20 of its errors reported, and no more of a name than its beginning', async () => {
    const names = Array.from({ length: 1_000 }, (_, i) => `${i}-${'x'.repeat(50)}`);
    const { status, json, text } = await send(
      JSON.stringify({ ...ALERT, ...Object.fromEntries(names.map((name) => [name, 1])) }),
    );
    expect(status).toBe(422);
    expect(json.errors).toHaveLength(21);
    expect(json.errors[0]).toEqual({ path: names[0], message: 'Unknown field' });
    expect(json.errors[20]).toEqual({ path: '', message: 'and 980 more' });
    expect(json.detail).toMatch(/; and 980 more$/);
    expect(text.length).toBeLessThan(5_000);
    const long = await send(JSON.stringify({ ...ALERT, ['x'.repeat(60_000)]: 1 }));
    expect(long.json.errors).toEqual([{ path: `${'x'.repeat(63)}…`, message: 'Unknown field' }]);
    expect(long.json.detail).toHaveLength(64 + ': Unknown field'.length);
  });

  it('does no harm when it breaks off', async () => {
    const socket = connect(Number(new URL(api().url).port), '127.0.0.1');
    socket.write(
      `POST /api/v1/alerts HTTP/1.1\r\nHost: localhost\r\nX-API-Key: ${user.key}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"a`,
    );
    socket.end();
    await new Promise((resolve) => socket.once('close', resolve).resume());
    expect((await send(JSON.stringify(ALERT))).status).toBe(201);
  });
});

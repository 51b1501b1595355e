import { randomBytes } from 'node:crypto';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { createCodec } from '../src/codec';
import { type CodecServer, startCodecServer, webUiOrigins } from '../src/codec-server';
import { readConfig } from '../src/config';
import { rawGet, sendRaw } from './api/raw';

const UI = 'http://127.0.0.1:8233';
const keys = [randomBytes(32).toString('base64')];
const warnings: string[] = [];
let server: CodecServer;

beforeAll(async () => {
  server = await startCodecServer({
    codec: { encrypts: true, keys },
    host: '127.0.0.1',
    port: 0,
    origins: [UI],
    warn: (text) => warnings.push(text),
  });
});
afterAll(() => server.stop());

const base64 = (text: string) => Buffer.from(text).toString('base64');
const plain = { metadata: { encoding: base64('json/plain') }, data: base64('{"price":65000}') };

const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  fetch(server.url + path, { method: 'POST', body, headers: { 'X-Namespace': 'default', ...headers } });

async function codedBy(path: '/encode' | '/decode', payloads: object[]): Promise<(typeof plain)[]> {
  const response = await post(path, JSON.stringify({ payloads }));
  expect(response.status).toBe(200);
  return ((await response.json()) as { payloads: (typeof plain)[] }).payloads;
}

describe('POST /encode and /decode', () => {
  it('encrypt and decrypt what Temporal writes in JSON', async () => {
    const encoded = await codedBy('/encode', [plain, plain]);
    expect(encoded).toHaveLength(2);
    expect(JSON.stringify(encoded)).not.toContain(plain.data);
    expect(await codedBy('/decode', [...encoded, plain])).toEqual([plain, plain, plain]);
    expect(await codedBy('/decode', [])).toEqual([]);
    expect(await (await post('/decode', '{}')).json()).toEqual({ payloads: [] });
  });

  it('refuse an unknown key in words that the CLI can show', async () => {
    const stranger = createCodec({ encrypts: true, keys: [randomBytes(32).toString('base64')] });
    const [{ metadata, data }] = (await stranger.encode([defaultPayloadConverter.toPayload(1)])) as [Payload];
    const inBase64 = (value: Uint8Array | null | undefined) => Buffer.from(value ?? []).toString('base64');
    const named = Object.entries(metadata ?? {}).map(([name, value]) => [name, inBase64(value)]);
    const payload = { metadata: Object.fromEntries(named), data: inBase64(data) };
    const response = await post('/decode', JSON.stringify({ payloads: [payload] }));
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringMatching(
        /^A payload in Temporal is encrypted with the key \w+; TEMPORAL_CODEC_KEY holds \w+\n$/,
      ),
    ]);
  });

  it.each([
    ['/decode', '{"payloads":', 400],
    ['/decode', '{"payloads":[{"data":1}]}', 400],
    ['/decode', '[]', 400],
    ['/decode', `{"payloads":[{"data":"${'A'.repeat(9 * 1024 * 1024)}"}]}`, 413],
    ['/other', '{"payloads":[]}', 404],
  ])('refuse what is none of their business (%s)', async (path, body, status) => {
    expect((await post(path, body)).status).toBe(status);
  });

  it('answer to nothing but POST', async () => {
    expect((await fetch(`${server.url}/decode`)).status).toBe(405);
  });
});

describe('a page', () => {
  const preflight = (origin: string) =>
    fetch(`${server.url}/decode`, {
      method: 'OPTIONS',
      headers: {
        Origin: origin,
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'content-type,x-namespace',
      },
    });

  it('of the Web UI may ask', async () => {
    const { status, headers } = await preflight(UI);
    expect([status, headers.get('access-control-allow-origin')]).toEqual([204, UI]);
    expect(headers.get('access-control-allow-headers')?.toLowerCase()).toContain('x-namespace');
    const response = await post('/decode', JSON.stringify({ payloads: [plain] }), { Origin: UI });
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([200, UI]);
  });

  it.each(['http://evil.example', 'http://127.0.0.1:8234', 'https://127.0.0.1:8233', 'null'])(
    'of %s may not',
    async (origin) => {
      const asked = await preflight(origin);
      expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([403, null]);
      const sent = await post('/decode', JSON.stringify({ payloads: [plain] }), { Origin: origin });
      expect([sent.status, sent.headers.get('access-control-allow-origin')]).toEqual([403, null]);
      expect(await sent.text()).not.toContain(plain.data);
    },
  );

  it('whose own name leads to this machine gets nothing', async () => {
    expect((await sendRaw(server.url, rawGet('/decode', 'Host: localhost:8234'))).status).toBe(405);
    for (const host of ['evil.example', 'localhost.evil.example:8234'])
      expect((await sendRaw(server.url, rawGet('/decode', `Host: ${host}`))).status).toBe(403);
  });
});

describe('webUiOrigins', () => {
  it.each([
    [{}, false, ['http://127.0.0.1:8233', 'http://localhost:8233']],
    [{ TEMPORAL_UI_PORT: '9233' }, false, ['http://127.0.0.1:9233', 'http://localhost:9233']],
    [{ TEMPORAL_UI_URL: 'https://temporal.example/ui/' }, true, ['https://temporal.example']],
    [{}, true, []],
  ])('of %j, with Temporal elsewhere: %s', (env, external, origins) => {
    expect(webUiOrigins(readConfig(env, external))).toEqual(origins);
  });
});

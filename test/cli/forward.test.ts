import { once } from 'node:events';
import { request } from 'undici';
import { type Listener, startListener } from '../../src/cli/listener';
import { freePort } from '../../src/dev/ports';
import { newWebhookSecret, signedHeaders } from '../../src/webhooks/sign';
import { type Receiver, startReceiver } from '../support/receiver';
import { runPricehook, startPricehook } from './run';

const SECRET = newWebhookSecret();
const BODY = '{"ticker":"BTC",  "name":"Zoë"}';

describe('pricehook listen --forward', () => {
  let target: Receiver;
  let listener: Listener;
  let written: string[];
  const last = () => written.at(-1) ?? '';

  beforeAll(async () => {
    target = await startReceiver();
  });
  afterAll(() => target.close());
  beforeEach(() => target.reset());
  afterEach(() => listener?.close());

  async function listen(changes: { forwardTo?: string; failFirst?: number; json?: boolean } = {}) {
    written = [];
    listener = await startListener(
      {
        port: 0,
        host: '127.0.0.1',
        secrets: [SECRET],
        status: 200,
        delayMs: 0,
        hang: false,
        failFirst: 0,
        json: false,
        colour: false,
        forwardTo: target.url,
        ...changes,
      },
      (text) => written.push(text),
    );
  }

  const signed = () => signedHeaders({ id: 'msg_1', body: BODY, secrets: [SECRET], at: new Date() });
  const send = (options: { method?: 'POST' | 'PUT'; headers?: Record<string, string>; body?: string } = {}) =>
    request(`${listener.url}elsewhere?x=1`, { method: 'POST', headers: signed(), body: BODY, ...options });

  it('passes on method, headers and body as they came, to exactly that URL', async () => {
    await listen();
    const headers = { ...signed(), 'content-type': 'application/json', 'x-own': 'a, b' };
    await send({ method: 'PUT', headers });
    expect(target.requests).toMatchObject([{ method: 'PUT', path: '/hook', headers, body: BODY }]);
    expect(target.requests[0]?.headers.host).toBe(new URL(target.url).host);
    expect(target.requests[0]?.headers['content-length']).toBe(String(Buffer.byteLength(BODY)));
    expect(last()).toMatch(
      new RegExp(`PUT /elsewhere\\?x=1 {2}msg_1 {2}verified {2}answered 204 by ${target.url} in \\d+ ms\n`),
    );
  });

  it('answers what the target answers, a redirect and its pause included', async () => {
    await listen();
    const answers: [number, Record<string, string>, string][] = [
      [429, { 'retry-after': '7', 'x-own': 'y' }, 'slowly'],
      [302, { location: 'http://127.0.0.1:1/' }, ''],
      [200, { 'content-encoding': 'gzip' }, 'not unpacked'],
    ];
    for (const [status, headers, body] of answers) {
      target.answer((_, response) => response.writeHead(status, headers).end(body));
      const answer = await send();
      expect(answer).toMatchObject({ statusCode: status, headers });
      expect(await answer.body.text()).toBe(body);
      expect(last()).toContain(`answered ${status} by `);
    }
    expect(target.requests).toHaveLength(answers.length);
  });

  it('passes on what is not verified, too, and says so', async () => {
    await listen();
    expect((await send({ headers: {} })).statusCode).toBe(204);
    expect(last()).toContain('NOT verified: missing header');
    expect(target.requests).toHaveLength(1);
  });

  it('answers 502 with clear words where nothing listens', async () => {
    const host = `127.0.0.1:${await freePort()}`;
    await listen({ forwardTo: `http://${host}/` });
    const answer = await send();
    expect([answer.statusCode, await answer.body.text()]).toEqual([
      502,
      `pricehook listen got no answer from http://${host}/: nothing listens on ${host}\n`,
    ]);
    expect(last()).toContain(`verified  answered 502: http://${host}/: nothing listens on ${host}\n`);
  });

  it('answers 502 where the target hangs up', async () => {
    await listen();
    target.answer((_, response) => response.destroy());
    expect((await send()).statusCode).toBe(502);
    expect(last()).toContain('it closed the connection before its answer was complete');
  });

  it('fails the first ones without passing them on', async () => {
    await listen({ failFirst: 1 });
    expect((await send()).statusCode).toBe(503);
    expect(target.requests).toHaveLength(0);
    expect((await send()).statusCode).toBe(204);
    expect(target.requests).toHaveLength(1);
  });

  it('tells it in a JSON line', async () => {
    await listen({ json: true });
    await send();
    const forwarded = { to: target.url, ms: expect.any(Number), error: null };
    expect(JSON.parse(last())).toMatchObject({ verified: true, answered: 204, forwarded });
  });

  it('closes while the target has not answered yet', async () => {
    await listen();
    target.answer(() => {});
    const cutOff = expect(send()).rejects.toThrow();
    await target.waitFor(1);
    await listener.close();
    await cutOff;
    await listen();
  });

  it('works as a command, and ends at once on Ctrl-C', async () => {
    const { child, ended } = startPricehook(['listen', '--port', '0', '--forward', target.url], {
      PRICEHOOK_WEBHOOK_SECRET: SECRET,
    });
    const [first] = (await once(child.stdout, 'data')) as [Buffer];
    const url = /http:\S+/.exec(first.toString())?.[0] ?? '';
    const printed = once(child.stdout, 'data');
    await request(url, { method: 'POST', headers: signed(), body: BODY });
    await printed;
    child.kill('SIGINT');
    const { code, stdout } = await ended;
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining(`verified  answered 204 by ${target.url} in `),
    ]);
  });

  it.each([
    [['--forward', 'localhost:3000'], 'Allowed: an http or https URL'],
    [
      ['--forward', 'http://localhost:3000', '--status', '500'],
      "cannot be used with option '--status <code>'",
    ],
  ])('refuses %j in one line', async (args, message) => {
    const { code, stderr } = await runPricehook(['listen', ...args]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

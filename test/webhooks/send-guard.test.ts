import { parseUrl } from '../../src/parse-url';
import { checkWebhookUrl } from '../../src/webhooks/address';
import { createWebhookSender } from '../../src/webhooks/send';
import { FORBIDDEN, FORBIDDEN_URLS } from './forbidden';
import {
  countingSockets,
  PUBLIC_ONLY,
  resolvesTo,
  sendOnce,
  serveHttp,
  type TestServer,
  unresolvable,
  WITH_LOOPBACK,
  webhook,
} from './servers';

/** Spellings of this very machine that the system would connect to. */
function leadsHere(url: string): boolean {
  const parsed = parseUrl(url);
  if (!parsed) return false;
  const { hostname, port } = parsed;
  return port === '' && /^(127\.0\.0\.1|0\.0\.0\.0|localhost)\.?$|^\[(::1|::ffff:7f00:1)\]$/.test(hostname);
}

describe('send, behind the address guard', () => {
  let server: TestServer;

  beforeEach(async () => {
    server = await serveHttp((_, response) => response.end('here'));
  });
  afterEach(() => server.close());

  it.each(FORBIDDEN_URLS)('opens no socket for $spelling', async ({ url }) => {
    const resolve = resolvesTo('127.0.0.1');
    const { result, opened } = await countingSockets(() =>
      sendOnce(webhook(url), { policy: PUBLIC_ONLY, resolve }),
    );
    expect(result).toMatchObject({ errorClass: 'blocked', statusCode: null, connectMs: null });
    expect(opened).toBe(0);
  });

  it.each(FORBIDDEN)(
    'opens no socket for $address of $block, itself or behind a name',
    async ({ address }) => {
      const literal = `http://${address.includes(':') ? `[${address}]` : address}/`;
      const resolve = resolvesTo(address);
      const { result, opened } = await countingSockets(async () => [
        await sendOnce(webhook(literal), { policy: PUBLIC_ONLY }),
        await sendOnce(webhook('http://hooks.example.com/'), { policy: PUBLIC_ONLY, resolve }),
      ]);
      expect(result.map(({ errorClass }) => errorClass)).toEqual(['blocked', 'blocked']);
      expect(opened).toBe(0);
    },
  );

  it('does not reach a server on this machine without leave', async () => {
    const policy = { ...PUBLIC_ONLY, allowedPorts: [server.port] };
    const named = `http://hooks.example.com:${server.port}/`;
    const results = [
      await sendOnce(webhook(server.url), { policy }),
      await sendOnce(webhook(`http://localhost:${server.port}/`), { policy }),
      await sendOnce(webhook(named), { policy, resolve: resolvesTo('127.0.0.1') }),
      await sendOnce(webhook(named), { policy, resolve: resolvesTo('::ffff:127.0.0.1') }),
    ];
    expect(results.map(({ errorClass }) => errorClass)).toEqual(Array(4).fill('blocked'));
    expect(server.connections()).toBe(0);
  });

  it.each(FORBIDDEN_URLS.filter(({ url }) => leadsHere(url)))(
    'does not reach it as $spelling either, on a port that is allowed',
    async ({ url }) => {
      const policy = { ...PUBLIC_ONLY, allowedPorts: [server.port] };
      const result = await sendOnce(webhook(url.replace(/\/$/, `:${server.port}/`)), { policy });
      expect(result).toMatchObject({ errorClass: 'blocked', connectMs: null });
      expect(server.connections()).toBe(0);
    },
  );

  it('does not reach it by a name that was harmless when the alert was made', async () => {
    const policy = { ...PUBLIC_ONLY, allowedPorts: [server.port] };
    const url = `http://hooks.example.com:${server.port}/`;
    await expect(checkWebhookUrl(url, policy, resolvesTo('93.184.215.14'))).resolves.toBeUndefined();
    for (const addresses of [['127.0.0.1'], ['93.184.215.14', '127.0.0.1'], ['127.0.0.1', '93.184.215.14']]) {
      const { result, opened } = await countingSockets(() =>
        sendOnce(webhook(url), { policy, resolve: resolvesTo(...addresses) }),
      );
      expect(result).toMatchObject({ errorClass: 'blocked', connectMs: null });
      expect(opened).toBe(0);
    }
    expect(server.connections()).toBe(0);
  });

  it('blocks a host with one bad address among several, whichever comes first', async () => {
    for (const addresses of [
      ['127.0.0.1', '10.0.0.1'],
      ['10.0.0.1', '127.0.0.1'],
    ]) {
      const request = webhook(`http://hooks.example.com:${server.port}/`);
      const { result, opened } = await countingSockets(() =>
        sendOnce(request, { resolve: resolvesTo(...addresses) }),
      );
      expect(result).toMatchObject({
        errorClass: 'blocked',
        error: 'hooks.example.com resolves to an address that webhooks may not reach.',
      });
      expect(opened).toBe(0);
    }
  });

  it('connects to the address that it has judged, though the name changes at once (DNS rebinding)', async () => {
    const answers = ['127.0.0.1', '10.0.0.1', '169.254.169.254'];
    let lookups = 0;
    const resolve = async () => [{ address: answers[lookups++] ?? '', family: 4 as const }];
    const result = await sendOnce(webhook(`http://hooks.example.com:${server.port}/`), { resolve });
    expect(result).toMatchObject({ statusCode: 200, responseBody: 'here' });
    expect({ lookups, connections: server.connections() }).toEqual({ lookups: 1, connections: 1 });
  });

  it('judges a name anew for each connection', async () => {
    const answers = ['127.0.0.1', '10.0.0.1'];
    const resolve = async () => [{ address: answers.shift() ?? '', family: 4 as const }];
    const closing = await serveHttp((_, response) => response.setHeader('connection', 'close').end());
    const sender = createWebhookSender({ policy: WITH_LOOPBACK, tlsVerify: true, resolve });
    const request = webhook(`http://hooks.example.com:${closing.port}/`);
    expect(await sender.send(request)).toMatchObject({ statusCode: 200 });
    expect(await sender.send(request)).toMatchObject({ errorClass: 'blocked' });
    expect(closing.connections()).toBe(1);
    await sender.close();
    await closing.close();
  });

  it.each([
    ['rejects', unresolvable],
    ['answers nothing', resolvesTo()],
  ])('calls it dns when the look-up %s', async (_, resolve) => {
    const result = await sendOnce(webhook('http://hooks.example.com/'), { resolve });
    expect(result).toMatchObject({ errorClass: 'dns', connectMs: null });
    expect(result.dnsMs).not.toBeNull();
    expect(result.error).toContain('The name hooks.example.com could not be resolved');
  });

  it('reaches localhost through the resolver of the system where that is allowed', async () => {
    const result = await sendOnce(webhook(`http://localhost:${server.port}/`));
    expect(result).toMatchObject({ statusCode: 200, errorClass: null });
  });
});

import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect, createServer as createTcpServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createWebhookSender } from '../../src/webhooks/send';
import { FORBIDDEN, FORBIDDEN_URLS } from './forbidden';
import {
  PUBLIC_ONLY,
  sendOnce,
  serve,
  serveHttp,
  type TestServer,
  tlsFixture,
  unresolvable,
  webhook,
} from './servers';

describe('send, through an egress proxy', () => {
  let target: TestServer;
  let proxy: TestServer;
  let status: number | undefined;
  const asked: string[] = [];

  beforeEach(async () => {
    asked.length = 0;
    status = undefined;
    target = await serveHttp((request, response) => response.end(`${request.headers.host} here`));
    const server = createServer((_, response) => response.writeHead(400).end());
    // All names lead to the target.
    server.on('connect', (request, socket) => {
      asked.push(request.url ?? '');
      if (status !== undefined) return socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
      const onward = connect(target.port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        onward.pipe(socket).pipe(onward);
      });
      onward.on('error', () => socket.destroy());
    });
    proxy = await serve(server);
  });
  afterEach(async () => {
    await proxy.close();
    await target.close();
  });

  const options = () => ({ policy: PUBLIC_ONLY, proxy: proxy.url, resolve: unresolvable });

  it('has the proxy resolve the name', async () => {
    const result = await sendOnce(webhook('http://hooks.example.com/hook'), options());
    expect(result).toMatchObject({ statusCode: 200, responseBody: 'hooks.example.com here', dnsMs: null });
    expect(asked).toEqual(['hooks.example.com:80']);
  });

  it('speaks TLS with the host, not with the proxy', async () => {
    await target.close();
    const key = tlsFixture('test-key.pem');
    const cert = tlsFixture('test-cert.pem');
    target = await serve(
      createSecureServer({ key, cert }, (_, response) => response.end('secure')),
      'https',
    );
    const url = 'https://hooks.example.com:8443/';
    expect(await sendOnce(webhook(url), { ...options(), tlsVerify: false })).toMatchObject({
      statusCode: 200,
      responseBody: 'secure',
      tlsMs: expect.any(Number),
    });
    expect(await sendOnce(webhook(url), options())).toMatchObject({ errorClass: 'tls' });
    expect(asked).toEqual(['hooks.example.com:8443', 'hooks.example.com:8443']);
  });

  it('asks the proxy for no forbidden address, name or port', async () => {
    const urls = FORBIDDEN.map(
      ({ address }) => `http://${address.includes(':') ? `[${address}]` : address}/`,
    );
    for (const url of [...urls, ...FORBIDDEN_URLS.map(({ url }) => url)]) {
      expect(await sendOnce(webhook(url), options())).toMatchObject({ errorClass: 'blocked' });
    }
    expect(proxy.connections()).toBe(0);
  });

  it.each([403, 407, 502])('fails where the proxy answers %d', async (answer) => {
    status = answer;
    expect(await sendOnce(webhook('https://hooks.example.com/'), options())).toMatchObject({
      statusCode: null,
      errorClass: 'connect',
      error: `No connection to hooks.example.com could be made (PROXY_${answer}).`,
    });
    expect(target.connections()).toBe(0);
  });

  it('fails where the proxy is down, and goes nowhere else', async () => {
    const gone = await serveHttp(() => {});
    await gone.close();
    const result = await sendOnce(webhook('http://hooks.example.com/'), { ...options(), proxy: gone.url });
    expect(result).toMatchObject({ errorClass: 'connect', error: expect.stringContaining('ECONNREFUSED') });
    expect(target.connections()).toBe(0);
  });

  it('waits for a proxy that says nothing no longer than for anything else', async () => {
    const silent = await serve(createTcpServer());
    const request = webhook('http://hooks.example.com/', { timeoutMs: 300 });
    expect(await sendOnce(request, { ...options(), proxy: silent.url })).toMatchObject({
      errorClass: 'timeout',
    });
    await silent.close();
  });

  it('uses a tunnel again, also once the time of its first webhook is up', async () => {
    const sender = createWebhookSender({ ...options(), tlsVerify: true });
    const send = () => sender.send(webhook('http://hooks.example.com/', { timeoutMs: 500 }));
    for (let sent = 0; sent < 8; sent++) {
      expect(await send()).toMatchObject({ statusCode: 200 });
      await sleep(150);
    }
    expect(asked).toHaveLength(1);
    await sender.close();
  });
});

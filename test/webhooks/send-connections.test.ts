import type { ServerResponse } from 'node:http';
import { createWebhookSender, type WebhookSender } from '../../src/webhooks/send';
import { resolvesTo, serveHttp, type TestServer, WITH_LOOPBACK, webhook } from './servers';

describe('send, many at once and one after another', () => {
  let server: TestServer;
  let sender: WebhookSender;
  const environment = { ...process.env };

  beforeEach(() => {
    sender = createWebhookSender({
      policy: WITH_LOOPBACK,
      tlsVerify: true,
      resolve: resolvesTo('127.0.0.1'),
    });
  });
  afterEach(async () => {
    await sender.close();
    await server.close();
    process.env = { ...environment };
  });

  it('uses an open connection again, and no step of it counts twice', async () => {
    server = await serveHttp((_, response) => response.end());
    const url = `http://hooks.example.com:${server.port}/`;
    const first = await sender.send(webhook(url));
    const second = await sender.send(webhook(url));
    expect(first).toMatchObject({ dnsMs: expect.any(Number), connectMs: expect.any(Number) });
    expect(second).toMatchObject({ statusCode: 200, dnsMs: null, connectMs: null });
    expect(server.connections()).toBe(1);
  });

  it('makes a new connection when the server has closed the last one', async () => {
    server = await serveHttp((_, response) => response.setHeader('connection', 'close').end());
    for (let i = 0; i < 20; i++) {
      expect(await sender.send(webhook(server.url))).toMatchObject({
        statusCode: 200,
        connectMs: expect.any(Number),
      });
    }
    expect(server.connections()).toBe(20);
  });

  it('lets no request wait behind one that hangs, on the same host or another', async () => {
    let free: (response: ServerResponse) => void = () => {};
    const hanging = new Promise<ServerResponse>((resolve) => {
      free = resolve;
    });
    server = await serveHttp((request, response) => {
      if (request.url === '/hang') free(response);
      else response.end();
    });
    await sender.send(webhook(server.url));
    let over = false;
    const hung = sender.send(webhook(`${server.url}hang`)).finally(() => {
      over = true;
    });
    const response = await hanging;
    for (const host of ['127.0.0.1', 'hooks.example.com']) {
      const others = Array.from({ length: 10 }, () => sender.send(webhook(`http://${host}:${server.port}/`)));
      for (const other of await Promise.all(others)) expect(other).toMatchObject({ statusCode: 200 });
    }
    expect(over).toBe(false);
    response.end('at last');
    expect(await hung).toMatchObject({ statusCode: 200, responseBody: 'at last' });
  });

  it('has 2,000 requests under way at the same time', async () => {
    const waiting: ServerResponse[] = [];
    server = await serveHttp((_, response) => {
      waiting.push(response);
      // Nobody is answered before all have arrived.
      if (waiting.length === 2000) for (const each of waiting) each.end();
    });
    const results = await Promise.all(
      Array.from({ length: 2000 }, (_, i) =>
        sender.send(webhook(`http://host-${i % 500}.example.com:${server.port}/`, { timeoutMs: 55_000 })),
      ),
    );
    expect(results.filter(({ statusCode }) => statusCode === 200)).toHaveLength(2000);
    expect(server.connections()).toBe(2000);
  });

  it('looks a name up once for all who ask at the same moment', async () => {
    server = await serveHttp((_, response) => response.end());
    const resolve = jest.fn(resolvesTo('127.0.0.1'));
    const own = createWebhookSender({ policy: WITH_LOOPBACK, tlsVerify: true, resolve });
    const request = webhook(`http://hooks.example.com:${server.port}/`);
    await Promise.all(Array.from({ length: 50 }, () => own.send(request)));
    expect(resolve).toHaveBeenCalledTimes(1);
    await own.close();
  });

  it('goes through no proxy', async () => {
    const proxy = await serveHttp((_, response) => response.end('proxy'));
    for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy']) {
      process.env[name] = proxy.url;
    }
    process.env.NODE_USE_ENV_PROXY = '1';
    server = await serveHttp((_, response) => response.end('server'));
    const own = createWebhookSender({ policy: WITH_LOOPBACK, tlsVerify: true });
    expect(await own.send(webhook(server.url))).toMatchObject({ responseBody: 'server' });
    expect(proxy.connections()).toBe(0);
    await own.close();
    await proxy.close();
  });

  it('waits for what is under way when it closes, and takes nothing more', async () => {
    let arrived: (response: ServerResponse) => void = () => {};
    const arrival = new Promise<ServerResponse>((resolve) => {
      arrived = resolve;
    });
    server = await serveHttp((_, response) => arrived(response));
    const sent = sender.send(webhook(server.url));
    const response = await arrival;
    const closing = sender.close();
    await expect(sender.send(webhook(server.url))).rejects.toThrow('closed');
    response.end();
    expect(await sent).toMatchObject({ statusCode: 200 });
    await closing;
  });

  it('throws for a header that HTTP can not carry, since nobody outside is to blame', async () => {
    server = await serveHttp((_, response) => response.end());
    const request = webhook(server.url, { headers: { 'x-bad': 'a\r\nb: c' } });
    await expect(sender.send(request)).rejects.toThrow('header');
    expect(server.connections()).toBe(0);
  });
});

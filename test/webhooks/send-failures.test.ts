import { once } from 'node:events';
import { createServer } from 'node:net';
import { resolvesTo, sendOnce, serve, serveBytes, serveHttp, type TestServer, webhook } from './servers';

const SOON = 300;

describe('send, and what goes wrong', () => {
  let server: TestServer | undefined;
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  it('calls it connect when nobody listens', async () => {
    const gone = await serveHttp(() => {});
    await gone.close();
    const result = await sendOnce(webhook(gone.url));
    expect(result).toMatchObject({
      statusCode: null,
      errorClass: 'connect',
      error: `No connection to 127.0.0.1:${gone.port} could be made (ECONNREFUSED).`,
    });
  });

  it('tells nothing of the addresses behind a name', async () => {
    const gone = await serveHttp(() => {});
    await gone.close();
    const resolve = resolvesTo('127.0.0.1', '::1');
    const result = await sendOnce(webhook(`http://hooks.example.com:${gone.port}/`), { resolve });
    expect(result.error).toMatch(/^No connection to hooks\.example\.com:\d+ could be made \(\w+\)\.$/);
  });

  it('tries the next address of a name when one does not listen', async () => {
    server = await serveHttp((_, response) => response.end());
    const resolve = resolvesTo('127.0.0.9', '127.0.0.1');
    const result = await sendOnce(webhook(`http://hooks.example.com:${server.port}/`), { resolve });
    expect(result).toMatchObject({ statusCode: 200 });
  });

  it('calls it timeout when the look-up hangs', async () => {
    const resolve = () => new Promise<never>(() => {});
    const result = await sendOnce(webhook('http://hooks.example.com/', { timeoutMs: SOON }), { resolve });
    expect(result).toMatchObject({
      errorClass: 'timeout',
      error: 'The name hooks.example.com was not resolved within 0.3 s.',
    });
  });

  it('calls it timeout when the server takes the request and says nothing', async () => {
    server = await serveHttp(() => {});
    const result = await sendOnce(webhook(server.url, { timeoutMs: SOON }));
    expect(result).toMatchObject({ statusCode: null, errorClass: 'timeout', responseBody: null });
    expect(result.error).toMatch(/^127\.0\.0\.1:\d+ gave no complete answer within 0\.3 s\.$/);
  });

  it('calls it timeout when headers drip in, one after another', async () => {
    server = await serveBytes((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const drip = setInterval(() => socket.write('x-more: 1\r\n'), 20);
      socket.on('close', () => clearInterval(drip));
    });
    const result = await sendOnce(webhook(server.url, { timeoutMs: SOON }));
    expect(result).toMatchObject({ statusCode: null, errorClass: 'timeout' });
  });

  it('calls it timeout when the body drips in, and keeps what came', async () => {
    server = await serveHttp((_, response) => {
      response.writeHead(200).write('abc');
      const drip = setInterval(() => response.write('.'), 20);
      response.on('close', () => clearInterval(drip));
    });
    const result = await sendOnce(webhook(server.url, { timeoutMs: SOON }));
    expect(result).toMatchObject({ statusCode: 200, errorClass: 'timeout' });
    expect(result.responseBody).toMatch(/^abc\.*$/);
  });

  it('calls it timeout when a TLS server never shakes hands', async () => {
    server = await serve(createServer(), 'https');
    const result = await sendOnce(webhook(server.url, { timeoutMs: SOON }));
    expect(result).toMatchObject({ errorClass: 'timeout', connectMs: expect.any(Number) });
    expect(result.error).toMatch(/^No secure connection to .* could be made within 0\.3 s\.$/);
  });

  it.each([
    ['before an answer', ''],
    ['in the headers', 'HTTP/1.1 200 OK\r\nx-a'],
    ['in the body', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc'],
    ['in a chunked body', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nabc'],
  ])('calls it reset when the server hangs up %s', async (_, bytes) => {
    for (const hangUp of ['end', 'resetAndDestroy'] as const) {
      server = await serveBytes((socket) => {
        if (bytes === '') socket[hangUp]();
        else socket.write(bytes, () => socket[hangUp]());
      });
      const result = await sendOnce(webhook(server.url));
      expect(result).toMatchObject({ errorClass: 'reset' });
      expect(result.error).toMatch(
        /^127\.0\.0\.1:\d+ closed the connection before its answer was complete\.$/,
      );
      await server.close();
    }
    server = undefined;
  });

  it('closes its connection when it gives up', async () => {
    const closed: Promise<unknown>[] = [];
    server = await serveBytes((socket) => closed.push(once(socket, 'close')));
    await sendOnce(webhook(server.url, { timeoutMs: SOON }));
    expect(closed).toHaveLength(1);
    await Promise.all(closed);
  });
});

import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { sendOnce, serveBytes, serveHttp, type TestServer, webhook } from './servers';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

describe('send, and what the server answers', () => {
  let server: TestServer | undefined;
  afterEach(() => server?.close());

  async function answerOf(onRequest: (socket: Socket) => void) {
    server = await serveBytes(onRequest);
    return sendOnce(webhook(server.url));
  }

  const answerTo = (head: string, body: string | Buffer = '') =>
    answerOf((socket) => {
      socket.write(`HTTP/1.1 ${head}\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n`);
      socket.end(body);
    });

  it('sends the very bytes, its headers and those given', async () => {
    let seen: { method?: string; path?: string; headers: IncomingHttpHeaders; body: string } | undefined;
    server = await serveHttp(async (request, response) => {
      const pieces: Buffer[] = [];
      for await (const piece of request) pieces.push(piece as Buffer);
      const { method, url: path, headers } = request;
      seen = { method, path, headers, body: Buffer.concat(pieces).toString() };
      response.writeHead(200, { 'x-seen': 'yes' }).end('thanks');
    });
    const body = Buffer.from('{"price": 1.50, "é": "✓"}');
    const result = await sendOnce(
      webhook(`${server.url}hook?a=1#part`, { body, headers: { 'Webhook-Id': 'msg_1' } }),
    );
    expect(seen).toMatchObject({ method: 'POST', path: '/hook?a=1', body: body.toString() });
    expect(seen?.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': `Pricehook/${version}`,
      'webhook-id': 'msg_1',
      host: `127.0.0.1:${server.port}`,
    });
    expect(result).toMatchObject({
      statusCode: 200,
      errorClass: null,
      error: null,
      responseBody: 'thanks',
      retryAfterMs: null,
      dnsMs: null,
      tlsMs: null,
      connectMs: expect.any(Number),
    });
    expect(result.responseHeaders).toMatchObject({ 'x-seen': 'yes' });
    expect(Number.isInteger(result.durationMs)).toBe(true);
  });

  it.each([200, 201, 204, 299])('takes %d for a success', async (status) => {
    server = await serveHttp((_, response) => response.writeHead(status).end());
    expect(await sendOnce(webhook(server.url))).toMatchObject({
      statusCode: status,
      errorClass: null,
      error: null,
    });
  });

  it.each([300, 301, 302, 303, 304, 307, 308])('does not follow a %d', async (status) => {
    const elsewhere = await serveHttp((_, response) => response.end());
    server = await serveHttp((_, response) => response.writeHead(status, { location: elsewhere.url }).end());
    const result = await sendOnce(webhook(server.url));
    expect(result).toMatchObject({
      statusCode: status,
      errorClass: 'redirect',
      error: `The server answered ${status}; redirects are not followed.`,
    });
    expect(elsewhere.connections()).toBe(0);
    await elsewhere.close();
  });

  it.each([400, 401, 404, 410, 429, 500, 503])('takes %d for a failure', async (status) => {
    server = await serveHttp((_, response) => response.writeHead(status).end('no'));
    expect(await sendOnce(webhook(server.url))).toMatchObject({
      statusCode: status,
      errorClass: 'http',
      error: `The server answered ${status}.`,
      responseBody: 'no',
    });
  });

  it('reads Retry-After in seconds and as a date', async () => {
    expect(await answerTo('503 Busy\r\nretry-after: 120')).toMatchObject({
      statusCode: 503,
      retryAfterMs: 120_000,
    });
    await server?.close();
    const { retryAfterMs } = await answerTo('503 Busy\r\nretry-after: Fri, 31 Dec 2100 23:59:59 GMT');
    expect(retryAfterMs).toBeGreaterThan(0);
  });

  it('keeps 8 kB of a body, and does not read one that never ends', async () => {
    const result = await answerOf((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      const piece = `10000\r\n${'x'.repeat(65_536)}\r\n`;
      const more = () => {
        while (socket.writable && socket.write(piece));
      };
      socket.on('drain', more);
      more();
    });
    expect(result).toMatchObject({ statusCode: 200, errorClass: null, responseBody: 'x'.repeat(8192) });
  });

  it('keeps a body of exactly 8 kB, and cuts a longer one between characters', async () => {
    expect((await answerTo('200 OK', 'y'.repeat(8192))).responseBody).toHaveLength(8192);
    await server?.close();
    expect((await answerTo('200 OK', Buffer.from('€'.repeat(3000)))).responseBody).toBe('€'.repeat(2730));
  });

  it('keeps no NUL, which PostgreSQL could not hold, and no broken UTF-8', async () => {
    const result = await answerTo('200 OK', Buffer.from([0x61, 0x00, 0x62, 0xff, 0x63]));
    expect(result).toMatchObject({ errorClass: null, responseBody: 'a\uFFFDb\uFFFDc' });
  });

  it('keeps 8 kB of headers, and joins repeated ones', async () => {
    const big = `x-big: ${'b'.repeat(7000)}\r\nx-bigger: ${'c'.repeat(7000)}\r\n`;
    const { responseHeaders } = await answerTo(
      `200 OK\r\n${big}set-cookie: a=1\r\nset-cookie: b=2\r\n__proto__: x`,
    );
    expect(Object.keys(responseHeaders ?? {})).toEqual([
      'x-big',
      'set-cookie',
      '__proto__',
      'content-length',
      'connection',
    ]);
    expect(responseHeaders?.['set-cookie']).toBe('a=1, b=2');
  });

  it('refuses headers without end, and what is not HTTP', async () => {
    const tooLarge = await answerTo(`200 OK\r\nx-huge: ${'h'.repeat(40_000)}`);
    expect(tooLarge).toMatchObject({ statusCode: null, errorClass: 'http' });
    expect(tooLarge.error).toMatch(/^The headers of the answer from 127\.0\.0\.1:\d+ are too large\.$/);
    await server?.close();
    const notHttp = await answerOf((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
    expect(notHttp).toMatchObject({ statusCode: null, errorClass: 'http' });
    await server?.close();
    const nulInHeader = await answerTo('200 OK\r\nx-nul: a\0b');
    expect(nulInHeader).toMatchObject({ errorClass: 'http' });
  });
});

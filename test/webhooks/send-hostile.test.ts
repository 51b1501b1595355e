import type { Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { createWebhookSender } from '../../src/webhooks/send';
import {
  sendOnce,
  serve,
  serveBytes,
  serveHttp,
  type TestServer,
  tlsFixture,
  WITH_LOOPBACK,
  webhook,
} from './servers';

/** Long enough that no answer ends for its time. */
const LATE = 50_000;
const SOON = 300;

const CHUNKED = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
const CHUNK_EXTENSION = [`${CHUNKED}5;`, 'a=b;'.repeat(1_000)] as const;

/** Writes the beginning, and then the same piece again and again, as fast as it is taken. */
const flood =
  (head: string, piece: string) =>
  (socket: Socket): void => {
    const more = () => {
      while (socket.writable && socket.write(piece));
    };
    socket.write(head);
    socket.on('drain', more);
    more();
  };

/** Writes the beginning, and then the same piece again and again, a little at a time. */
const drip =
  (head: string, piece: string) =>
  (socket: Socket): void => {
    socket.write(head);
    const timer = setInterval(() => socket.write(piece), 20);
    socket.on('close', () => clearInterval(timer));
  };

describe('send, to servers that mean harm', () => {
  let server: TestServer;
  afterEach(() => server.close());

  it.each([
    ['headers', 'HTTP/1.1 200 OK\r\n', 'x-more: 1\r\n'.repeat(1_000)],
    ['one header', 'HTTP/1.1 200 OK\r\nx-more: ', '1'.repeat(10_000)],
    ['the name of a header', 'HTTP/1.1 200 OK\r\n', 'x'.repeat(10_000)],
    ['a status text', 'HTTP/1.1 200 ', 'OK'.repeat(10_000)],
    ['early hints', '', 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'.repeat(1_000)],
    ['trailers', `${CHUNKED}0\r\n`, 'x-more: 1\r\n'.repeat(1_000)],
    ['the extension of a chunk', ...CHUNK_EXTENSION],
    ['the digits of a chunk size', CHUNKED, '0'.repeat(10_000)],
  ])('reads only the beginning of %s without end', async (_, head, piece) => {
    server = await serveBytes(flood(head, piece));
    const result = await sendOnce(webhook(server.url, { timeoutMs: LATE }));
    expect(result).toMatchObject({ errorClass: 'http' });
    expect(result.error).toMatch(
      /^The (headers of the answer from 127\.0\.0\.1:\d+ are|answer from 127\.0\.0\.1:\d+ is) too large\.$/,
    );
  });

  it('bounds what comes over TLS, too', async () => {
    const tls = createTlsServer(
      { key: tlsFixture('test-key.pem'), cert: tlsFixture('test-cert.pem') },
      (socket) => socket.on('error', () => {}).once('data', () => flood(...CHUNK_EXTENSION)(socket)),
    );
    server = await serve(tls, 'https');
    const result = await sendOnce(webhook(server.url, { timeoutMs: LATE }), { tlsVerify: false });
    expect(result).toMatchObject({ errorClass: 'http', error: expect.stringMatching(/ is too large\.$/) });
  });

  it('counts each answer of a connection by itself', async () => {
    server = await serveHttp((_, response) => response.end('x'.repeat(8_000)));
    const sender = createWebhookSender({ policy: WITH_LOOPBACK, tlsVerify: true });
    for (let sent = 0; sent < 50; sent++) {
      expect(await sender.send(webhook(server.url))).toMatchObject({ statusCode: 200, errorClass: null });
    }
    expect(server.connections()).toBe(1);
    await sender.close();
  });

  it.each([
    ['early hints', '', 'HTTP/1.1 103 Early Hints\r\n\r\n'],
    ['a status text', 'HTTP/1.1 200 ', 'O'],
    ['the name of a header', 'HTTP/1.1 200 OK\r\n', 'x'],
    ['a chunked body', CHUNKED, '1\r\nx\r\n'],
    ['the extension of a chunk', `${CHUNKED}1;`, 'a'],
    ['trailers', `${CHUNKED}0\r\n`, 'x: 1\r\n'],
    ['a body of a length', 'HTTP/1.1 200 OK\r\ncontent-length: 8000\r\n\r\n', 'x'],
    ['a body without a length', 'HTTP/1.1 200 OK\r\n\r\n', 'x'],
  ])('gives up on %s that comes in drop by drop', async (_, head, piece) => {
    server = await serveBytes(drip(head, piece));
    const result = await sendOnce(webhook(server.url, { timeoutMs: SOON }));
    expect(result).toMatchObject({
      errorClass: 'timeout',
      error: expect.stringMatching(/ within 0\.3 s\.$/),
    });
  });

  it('unpacks nothing, and asks for nothing packed', async () => {
    const packed = gzipSync(Buffer.alloc(5_000_000, 'bomb'));
    let asked: string | string[] | undefined;
    server = await serveHttp((request, response) => {
      asked = request.headers['accept-encoding'];
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': packed.length }).end(packed);
    });
    const result = await sendOnce(webhook(server.url));
    expect(asked).toBeUndefined();
    expect(result).toMatchObject({ statusCode: 200, errorClass: null });
    expect(result.responseBody).not.toContain('bombbomb');
    expect(result.responseBody?.length).toBeLessThanOrEqual(8_192);
  });
});

import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { createHttpServer } from '../../src/api/http-server';
import { sendRaw } from './raw';

const HOST = 'Host: localhost';

describe('createHttpServer(listener)', () => {
  let server: Server;

  afterEach(() => {
    server.close();
    server.closeAllConnections();
  });

  async function serve(listener: RequestListener, timeouts = {}): Promise<string> {
    server = createHttpServer(listener, timeouts).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it.each([
    ['what is not HTTP', 'hello\r\n\r\n', 400, 'The request is not valid HTTP'],
    [
      'a header that is none',
      `GET / HTTP/1.1\r\n${HOST}\r\n: x\r\n\r\n`,
      400,
      'The request is not valid HTTP',
    ],
    ['an unknown method', `BREW / HTTP/1.1\r\n${HOST}\r\n\r\n`, 400, 'The request is not valid HTTP'],
    [
      'two lengths',
      `POST / HTTP/1.1\r\n${HOST}\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
      400,
      'The request is not valid HTTP',
    ],
    [
      'too many headers',
      `GET / HTTP/1.1\r\n${HOST}\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`,
      431,
      'The headers are too large',
    ],
    [
      'long chunk extensions',
      `POST / HTTP/1.1\r\n${HOST}\r\nTransfer-Encoding: chunked\r\n\r\n1;${'x'.repeat(20_000)}\r\n`,
      413,
      'The chunk extensions are too large',
    ],
    ['a tunnel', 'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n', 405, 'Method Not Allowed'],
  ])('refuses %s in the form of all errors, and hangs up', async (_what, request, status, detail) => {
    const url = await serve(() => {});
    const { head, json, text } = await sendRaw(url, request);
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [A-Z]`));
    expect(head).toMatch(/^connection: close$/im);
    const body = text.slice(head.length + 4);
    expect(head).toMatch(new RegExp(`^content-length: ${Buffer.byteLength(body)}$`, 'im'));
    expect(json).toEqual({ error: 'HTTPException', detail, code: status });
  });

  it('refuses who sends too slowly in that form', async () => {
    const url = await serve(() => {}, {
      headersTimeout: 1,
      requestTimeout: 2,
      connectionsCheckingInterval: 10,
    });
    const { json } = await sendRaw(url, 'GET / HTTP/1.1\r\n');
    expect(json).toEqual({
      error: 'HTTPException',
      detail: 'The request took too long to arrive',
      code: 408,
    });
  });

  it('writes no refusal into the middle of an answer', async () => {
    const url = await serve((_req, res) => {
      res.writeHead(200, { 'Content-Length': 100 });
      res.write('the first half');
    });
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    const chunks: Buffer[] = [];
    socket.on('error', () => {});
    socket.write(`GET / HTTP/1.1\r\n${HOST}\r\n\r\n`);
    socket.on('data', (chunk) => {
      if (chunks.length === 0) socket.write('garbage\r\n\r\n');
      chunks.push(chunk);
    });
    await once(socket, 'close');
    expect(
      Buffer.concat(chunks)
        .toString()
        .match(/HTTP\/1\.1/g),
    ).toHaveLength(1);
  });

  it('lets go of who does not read what they asked for', async () => {
    const large = Buffer.alloc(64 * 1024 * 1024);
    const url = await serve((_req, res) => res.end(large));
    expect(server.timeout).toBe(60_000);
    expect(server.maxConnections).toBe(10_000);
    server.setTimeout(50);
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const client = connect(Number(new URL(url).port), '127.0.0.1').pause();
    client.on('error', () => {});
    client.write(`GET / HTTP/1.1\r\n${HOST}\r\n\r\n`);
    const [socket] = await accepted;
    await once(socket, 'close');
    expect(socket.bytesWritten).toBeGreaterThan(0);
    client.destroy();
  });
});

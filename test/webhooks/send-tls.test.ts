import { createServer as createPlainServer } from 'node:http';
import { createServer } from 'node:https';
import { createWebhookSender } from '../../src/webhooks/send';
import { resolvesTo, sendOnce, serve, type TestServer, tlsFixture, WITH_LOOPBACK, webhook } from './servers';

describe('send, over TLS', () => {
  let server: TestServer;
  const names: (string | false | undefined)[] = [];

  beforeEach(async () => {
    names.length = 0;
    const secure = createServer(
      { key: tlsFixture('test-key.pem'), cert: tlsFixture('test-cert.pem') },
      (request, response) => {
        names.push((request.socket as { servername?: string | false }).servername);
        response.end('secure');
      },
    );
    server = await serve(secure, 'https');
  });
  afterEach(() => server.close());

  it('refuses a certificate that nobody vouches for', async () => {
    const result = await sendOnce(webhook(server.url));
    expect(result).toMatchObject({ statusCode: null, errorClass: 'tls', connectMs: expect.any(Number) });
    expect(result.error).toBe(
      `No secure connection to 127.0.0.1:${server.port} could be made (DEPTH_ZERO_SELF_SIGNED_CERT).`,
    );
  });

  it('accepts it where certificates are not verified', async () => {
    const sender = createWebhookSender({
      policy: WITH_LOOPBACK,
      tlsVerify: false,
      resolve: resolvesTo('127.0.0.1'),
    });
    const url = `https://hooks.example.com:${server.port}/`;
    expect(await sender.send(webhook(url))).toMatchObject({
      statusCode: 200,
      responseBody: 'secure',
      dnsMs: expect.any(Number),
      tlsMs: expect.any(Number),
    });
    expect(await sender.send(webhook(url))).toMatchObject({
      statusCode: 200,
      dnsMs: null,
      connectMs: null,
      tlsMs: null,
    });
    expect(await sender.send(webhook(server.url))).toMatchObject({ statusCode: 200 });
    expect(names).toEqual(['hooks.example.com', 'hooks.example.com', false]);
    await sender.close();
  });

  it('calls it tls when the server does not speak it', async () => {
    const plain = await serve(createPlainServer(), 'https');
    expect(await sendOnce(webhook(plain.url))).toMatchObject({
      errorClass: 'tls',
      tlsMs: expect.any(Number),
    });
    await plain.close();
  });
});

import diagnostics from 'node:diagnostics_channel';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { AddressPolicy } from '../../src/webhooks/address';
import type { Resolver } from '../../src/webhooks/resolve';
import { createWebhookSender, type WebhookRequest } from '../../src/webhooks/send';

export const PUBLIC_ONLY: AddressPolicy = { allowedNetworks: [], allowedPorts: [80, 443, 8080, 8443] };
export const WITH_LOOPBACK: AddressPolicy = { ...PUBLIC_ONLY, allowedNetworks: ['127.0.0.0/8', '::1/128'] };

export interface TestServer {
  port: number;
  /** `http://127.0.0.1:<port>/` */
  url: string;
  connections(): number;
  close(): Promise<void>;
}

/** Listens on a free port of the loopback; `close` ends open connections too. */
export async function serve(server: Server, scheme = 'http'): Promise<TestServer> {
  const sockets = new Set<Socket>();
  let count = 0;
  server.on('connection', (socket: Socket) => {
    count += 1;
    sockets.add(socket);
    socket.on('error', () => {});
  });
  server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `${scheme}://127.0.0.1:${port}/`,
    connections: () => count,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

export const serveHttp = (listener: RequestListener) => serve(createServer(listener));

/** A server that writes these bytes as soon as a request begins, whatever HTTP would say; `undefined` is silence. */
export const serveBytes = (onRequest: (socket: Socket) => void) =>
  serve(createTcpServer((socket) => socket.once('data', () => onRequest(socket))));

/** A self-signed certificate or its key. */
export const tlsFixture = (name: string) => readFileSync(join(__dirname, '../fixtures/tls', name));

/** What all names resolve to. */
export const resolvesTo =
  (...addresses: string[]): Resolver =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

export const unresolvable: Resolver = async () => {
  throw Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
};

export function webhook(url: string, changes: Partial<WebhookRequest> = {}): WebhookRequest {
  return { url, headers: {}, body: Buffer.from('{"a":1}'), timeoutMs: 30_000, ...changes };
}

/** One request from a sender of its own. */
export async function sendOnce(
  request: WebhookRequest,
  options: Partial<Parameters<typeof createWebhookSender>[0]> = {},
) {
  const sender = createWebhookSender({ policy: WITH_LOOPBACK, tlsVerify: true, ...options });
  try {
    return await sender.send(request);
  } finally {
    await sender.close();
  }
}

/** Counts the TCP sockets that this process opens as a client while `work` runs. */
export async function countingSockets<T>(work: () => Promise<T>): Promise<{ result: T; opened: number }> {
  let opened = 0;
  const count = () => {
    opened += 1;
  };
  diagnostics.subscribe('net.client.socket', count);
  try {
    const result = await work();
    return { result, opened };
  } finally {
    diagnostics.unsubscribe('net.client.socket', count);
  }
}

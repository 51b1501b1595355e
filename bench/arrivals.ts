import { EventEmitter, once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Stack } from './stack';

/** A web server on loopback that notes when which message arrives. */
export interface Arrivals {
  url: string;
  /** When each message arrived first, by its webhook-id, in milliseconds of `now()`. */
  first: Map<string, number>;
  /** Requests in all; more than there are ids means that some came twice. */
  count(): number;
  /** Resolves when so many different messages have arrived. */
  waitFor(ids: number): Promise<void>;
  /** Forgets what arrived. */
  clear(): void;
}

/** The clock of all measurements, in milliseconds. */
export const now = () => performance.timeOrigin + performance.now();

/** Starts one, until the stack is closed, that answers each request with a status code, or takes it and never does. */
export async function receiveArrivals(stack: Stack, answer: number | 'never' = 204): Promise<Arrivals> {
  const first = new Map<string, number>();
  const news = new EventEmitter().setMaxListeners(0);
  let count = 0;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const id = String(request.headers['webhook-id']);
      count += 1;
      if (!first.has(id)) first.set(id, now());
      news.emit('arrival');
      if (answer !== 'never') response.writeHead(answer).end();
    });
  });
  // Senders keep their connections, as they would with a real endpoint.
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', 4_096);
  await once(server, 'listening');
  stack.onClose(() => closed(server));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    first,
    count: () => count,
    async waitFor(ids) {
      while (first.size < ids) await once(news, 'arrival');
    },
    clear() {
      first.clear();
      count = 0;
    },
  };
}

async function closed(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}

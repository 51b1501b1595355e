import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface ReceivedRequest {
  at: Date;
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Answers one request; one that never ends its response lets the sender hang. */
export type AnswerHandler = (request: ReceivedRequest, response: ServerResponse) => unknown;

export interface Receiver {
  url: string;
  /** All requests so far, in the order in which their bodies were complete. */
  requests: ReceivedRequest[];
  /** How requests are answered from now on; 204 until it is called. */
  answer(how: number | AnswerHandler): void;
  /** Forgets all requests and answers 204 again. */
  reset(): void;
  /** Resolves with all requests once there are `count` of them. */
  waitFor(count: number): Promise<ReceivedRequest[]>;
  close(): Promise<void>;
}

/** A web server on loopback that records what it is sent. */
export async function startReceiver(): Promise<Receiver> {
  const requests: ReceivedRequest[] = [];
  const arrivals = new EventEmitter().setMaxListeners(0);
  const accept: AnswerHandler = (_, response) => response.writeHead(204).end();
  let handle = accept;

  const server = createServer(async (incoming, response) => {
    const { method = '', url = '', headers } = incoming;
    const body = await text(incoming).catch(() => undefined);
    if (body === undefined) return;
    const request = { at: new Date(), method, path: url, headers, body };
    requests.push(request);
    arrivals.emit('arrival');
    await handle(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}/hook`,
    requests,
    answer: (how) => {
      handle = typeof how === 'number' ? (_, response) => response.writeHead(how).end() : how;
    },
    reset: () => {
      requests.length = 0;
      handle = accept;
    },
    waitFor: async (count) => {
      while (requests.length < count) await once(arrivals, 'arrival');
      return requests;
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

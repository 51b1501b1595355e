import { createServer, type RequestListener, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { httpError } from './errors';
import { answerUpgrades } from './upgrade';

/** Whoever sends slowly holds a connection, not a handler; these end it. */
const TIMEOUTS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  // Longer than a load balancer keeps an idle connection, so that it never sends into one that is just closing.
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5_000,
};
/** For whoever does not read what they asked for. */
const NO_PROGRESS_MS = 60_000;
const MAX_CONNECTIONS = 10_000;
/** A connection that closes on what still comes in is reset, and its last answer may be lost. */
const LINGER_MS = 1_000;

const REFUSALS: Record<string, [status: number, detail: string]> = {
  HPE_HEADER_OVERFLOW: [431, 'The headers are too large'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'The chunk extensions are too large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request took too long to arrive'],
};

const REASONS: Record<number, string> = {
  400: 'Bad Request',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  413: 'Payload Too Large',
  431: 'Request Header Fields Too Large',
};

/** A server whose refusals have the API's form, also those that come before a request is one. */
export function createHttpServer(listener: RequestListener, timeouts: Partial<typeof TIMEOUTS> = {}): Server {
  // A request without Host is refused by the app, like all others.
  const server = createServer({ ...TIMEOUTS, ...timeouts, requireHostHeader: false }, listener);
  server.maxConnections = MAX_CONNECTIONS;
  server.setTimeout(NO_PROGRESS_MS);
  server.on('checkExpectation', (req, res) => server.emit('request', req, res));
  answerUpgrades(server);
  server.on('connect', (_req, socket) => {
    // Node lets go of this connection, with its errors.
    socket.on('error', () => socket.destroy());
    refuse(socket, 405, 'Method Not Allowed');
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const [status, detail] = REFUSALS[error.code ?? ''] ?? [400, 'The request is not valid HTTP'];
    refuse(socket, status, detail);
  });
  return server;
}

function refuse(
  socket: Duplex & { _httpMessage?: { headersSent: boolean } | null },
  status: number,
  detail: string,
): void {
  // Refused already, and still sending; it is cut off below.
  if (socket.writableEnded && !socket.destroyed) return;
  // In the middle of an answer, another one would be taken for its rest.
  if (!socket.writable || socket._httpMessage?.headersSent) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify(httpError(status, detail));
  socket.end(
    [
      `HTTP/1.1 ${status} ${REASONS[status]}`,
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Cache-Control: no-store',
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

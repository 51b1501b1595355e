import { type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { httpError } from './errors';

/** A connection is reset that closes on what still comes in, and its last answer may be lost. */
const LINGER_MS = 1_000;

interface Upgrade {
  socket: Socket;
  head: Buffer;
  response: ServerResponse;
}

const upgrades = new WeakMap<IncomingMessage, Upgrade>();

/**
 * Has requests for an upgrade go the way of all others, with its guards, limits and log; the route that offers the upgrade
 * takes it (`takeUpgrade`), all others answer as if it had not been asked for.
 */
export function answerUpgrades(server: Server): void {
  server.on('upgrade', (req: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Node lets go of this connection, with its errors.
    socket.on('error', () => socket.destroy());
    const response = new ServerResponse(req);
    response.shouldKeepAlive = false;
    response.assignSocket(socket as Socket);
    response.once('finish', () => {
      if (upgrades.get(req) === undefined) return;
      response.detachSocket(socket as Socket);
      socket.end();
      setTimeout(() => socket.destroy(), LINGER_MS).unref();
    });
    upgrades.set(req, { socket: socket as Socket, head, response });
    if (hasBody(req) && !wantsWebSocket(req)) refuseBody(response);
    else server.emit('request', req, response);
  });
}

/** Whether a request asks for a WebSocket. */
export function wantsWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}

/** The bare connection of a request for an upgrade, with what has arrived on it behind the request; undefined for all others. */
export function takeUpgrade(req: IncomingMessage): Pick<Upgrade, 'socket' | 'head'> | undefined {
  const upgrade = upgrades.get(req);
  if (upgrade === undefined) return undefined;
  upgrades.delete(req);
  const { socket, head, response } = upgrade;
  response.detachSocket(socket);
  // Whoever waits for the answer's end waits no longer, and hears nothing of what becomes of the connection.
  response.emit('finish');
  return { socket, head };
}

const hasBody = ({ headers }: IncomingMessage) =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** Node does not read the body of a request that it takes for an upgrade. */
function refuseBody(response: ServerResponse): void {
  const body = JSON.stringify(
    httpError(400, 'The only upgrade is that of GET to WebSocket; leave the header out'),
  );
  response.writeHead(400, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
  });
  response.end(body);
}

import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { EventPlace } from '../db/stream-events';
import { hashApiKey } from './api-key';
import { invalidKey, missingKey } from './auth';
import { clientNetwork } from './client-address';
import type { ApiContext, ApiRouter } from './context';
import type { ApiDeps } from './deps';
import { httpError } from './errors';
import { parse, readQuery } from './parse';
import { countRequest, type Limit } from './rate-limit';
import { lastEventId, streamQuerySchema } from './schemas';
import { clientMessageSchema } from './stream/client-message';
import { EventStreamPeer } from './stream/event-stream-peer';
import { isOwnOrigin } from './stream/origin';
import { CLOSE, GOODBYE_MS } from './stream/peer';
import type { Seat } from './stream/seats';
import { Session, STREAM_LIMIT, tooManyStreams } from './stream/session';
import { WebSocketPeer } from './stream/web-socket-peer';
import { takeUpgrade, wantsWebSocket } from './upgrade';

const MAX_MESSAGE_BYTES = 16 * 1024;
/** For those whose key is yet to come. */
const NAMELESS_LIMIT: Limit = { route: 'GET /stream', tokens: 30, by: 'ip' };
/** As the handshake has it (RFC 6455, 4.1): 16 bytes in base64. */
const HANDSHAKE_KEY = /^[+/0-9A-Za-z]{22}==$/;
const KEY_NAMES = /^(x[-_]?)?(api[-_]?key|key|token|access[-_]?token|auth|authorization|secret)$/i;

interface Wanted {
  tickers: string[] | undefined;
  after: EventPlace | undefined;
}

interface Caller {
  userId: string;
  keyHash: string;
}

/** Prices, and what becomes of a user's alerts and deliveries, as they happen: over WebSocket, or as server-sent events. */
export function addStreamRoutes(router: ApiRouter, deps: ApiDeps): void {
  const { config, stream } = deps;
  const querySchema = streamQuerySchema(config.tickers);
  const schema = clientMessageSchema(config.tickers);
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: MAX_MESSAGE_BYTES,
    // Not in @types/ws yet.
    ...{ closeTimeout: GOODBYE_MS },
  });
  let handshakeHeaders: string[] = [];
  sockets.on('headers', (headers) => headers.push(...handshakeHeaders));
  // What the route has looked at before leaves only odd subprotocols.
  sockets.on('wsClientError', (_error, socket) => socket.destroy());

  router.get('/stream', async (ctx) => {
    if (ctx.method !== 'GET') throw httpError(405, 'Method Not Allowed', { Allow: 'GET' });
    refuseKeyInUrl(ctx);
    const isWebSocket = wantsWebSocket(ctx.req);
    const wanted = readWanted(ctx);
    if (!isOwnOrigin(ctx.headers, config.publicUrl)) {
      throw httpError(403, 'Pages of other origins may not have a stream; check the Origin header');
    }
    const caller = await identify(ctx, isWebSocket);
    if (isWebSocket) assertHandshake(ctx);
    else if (!/\btext\/event-stream\b/i.test(ctx.get('Accept'))) throw upgradeRequired();
    const network = config.rateLimits ? clientNetwork(ctx) : undefined;
    const seat = takeSeat(caller, network);
    try {
      if (isWebSocket) await openWebSocket(ctx, caller, wanted, seat);
      else await openEventStream(ctx, caller as Caller, wanted, seat);
    } catch (error) {
      seat.free();
      throw error;
    }
  });

  function readWanted(ctx: ApiContext): Wanted {
    const query = readQuery(ctx, querySchema);
    const header = ctx.get('Last-Event-ID');
    const after = header === '' ? query.last_event_id : parse(lastEventId, header, '');
    return { tickers: query.tickers, after };
  }

  /** Who asks, by the key in a header; undefined where it is to come in the first message. */
  async function identify(ctx: ApiContext, isWebSocket: boolean): Promise<Caller | undefined> {
    const key = keyOf(ctx);
    if (key === undefined) {
      if (!isWebSocket) throw missingKey();
      await count(ctx, NAMELESS_LIMIT, clientNetwork(ctx));
      return undefined;
    }
    const userId = await deps.keys.findOwner(key, config.rateLimits ? clientNetwork(ctx) : undefined);
    if (userId === undefined) throw invalidKey();
    ctx.state.userId = userId;
    await count(ctx, STREAM_LIMIT, userId);
    return { userId, keyHash: hashApiKey(key) };
  }

  async function count(ctx: ApiContext, limit: Limit, caller: string): Promise<void> {
    if (!config.rateLimits) return;
    const { headers, refusal } = await countRequest(deps.db, limit, caller);
    ctx.set(headers);
    if (refusal !== undefined) throw refusal;
  }

  function takeSeat(caller: Caller | undefined, network: string | undefined): Seat {
    const seat = stream.isClosing ? undefined : stream.takeSeat(network);
    if (seat === undefined) {
      throw httpError(
        503,
        'There are as many streams as this server can hold, or as one network may have of them',
        { 'Retry-After': '10' },
      );
    }
    if (caller !== undefined && !seat.give(caller.userId)) {
      seat.free();
      throw tooManyStreams(config.stream.maxClientsPerUser);
    }
    return seat;
  }

  async function openWebSocket(
    ctx: ApiContext,
    caller: Caller | undefined,
    { tickers, after }: Wanted,
    seat: Seat,
  ): Promise<void> {
    const upgrade = takeUpgrade(ctx.req);
    if (upgrade === undefined) throw upgradeRequired();
    ctx.respond = false;
    ctx.status = 101;
    handshakeHeaders = [`X-Request-Id: ${ctx.state.requestId}`, `X-Market: ${config.market}`];
    const ws = await new Promise<WebSocket | undefined>((resolve) => {
      if (upgrade.socket.destroyed) return resolve(undefined);
      upgrade.socket.once('close', () => resolve(undefined));
      sockets.handleUpgrade(ctx.req, upgrade.socket as Duplex, upgrade.head, resolve);
    });
    if (ws === undefined) return seat.free();
    const peer = new WebSocketPeer(ws, upgrade.socket);
    stream.admit(peer, seat, ctx.state.requestId);
    const network = config.rateLimits ? clientNetwork(ctx) : undefined;
    const session = new Session(ws, deps, {
      peer,
      seat,
      schema,
      network,
      requestId: ctx.state.requestId,
      after,
      tickers,
    });
    if (caller === undefined) session.awaitKey();
    else session.begin(caller);
  }

  async function openEventStream(
    ctx: ApiContext,
    caller: Caller,
    { tickers, after }: Wanted,
    seat: Seat,
  ): Promise<void> {
    ctx.respond = false;
    ctx.status = 200;
    ctx.res.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      // A proxy that collects answers would hold the events back.
      'X-Accel-Buffering': 'no',
    });
    const peer = new EventStreamPeer(ctx.res);
    stream.admit(peer, seat, ctx.state.requestId);
    try {
      const client = await stream.join(peer, { id: caller.userId, keyHash: caller.keyHash }, after);
      client?.watch(tickers ?? config.tickers);
    } catch (error) {
      deps.log.error({ err: error, requestId: ctx.state.requestId }, 'A stream could not begin');
      peer.close(CLOSE.broken, 'The stream could not begin; connect again');
    }
  }
}

/** URLs end up in logs, histories and Referer headers. */
function refuseKeyInUrl(ctx: ApiContext): void {
  const isKey = (name: string, value: unknown) => KEY_NAMES.test(name) || /sk_live_/.test(`${name} ${value}`);
  if (!Object.entries(ctx.query).some(([name, value]) => isKey(name, value))) return;
  throw httpError(
    400,
    'API keys never go into the URL: send it in the Authorization or X-API-Key header, or over WebSocket in the first message',
  );
}

/** The key in `X-API-Key`, or in `Authorization: Bearer`. */
function keyOf(ctx: ApiContext): string | undefined {
  const key = ctx.get('X-API-Key');
  if (key !== '') return key;
  const authorization = ctx.get('Authorization');
  if (authorization === '') return undefined;
  // Of another scheme, it is a key that is wrong.
  return /^Bearer +(\S+) *$/i.exec(authorization)?.[1] ?? authorization;
}

function assertHandshake(ctx: ApiContext): void {
  if (!HANDSHAKE_KEY.test(ctx.get('Sec-WebSocket-Key'))) {
    throw httpError(400, 'The Sec-WebSocket-Key header is missing or malformed');
  }
  if (!/^(13|8)$/.test(ctx.get('Sec-WebSocket-Version'))) {
    throw httpError(426, 'The version of WebSocket must be 13', { 'Sec-WebSocket-Version': '13, 8' });
  }
}

function upgradeRequired() {
  return httpError(426, 'Upgrade to WebSocket, or accept text/event-stream', {
    Upgrade: 'websocket',
    Connection: 'Upgrade, close',
  });
}

import type { WebSocket } from 'ws';
import type { EventPlace } from '../../db/stream-events';
import { hashApiKey } from '../api-key';
import { invalidKey } from '../auth';
import type { ApiDeps } from '../deps';
import { ApiError, httpError } from '../errors';
import { countRequest, type Limit } from '../rate-limit';
import { isUnreachable } from '../unreachable';
import type { StreamClient } from './client';
import { type ClientMessage, type clientMessageSchema, readClientMessage } from './client-message';
import { errorNotice, notice } from './message';
import { CLOSE, type Peer } from './peer';
import type { Seat } from './seats';

/** Each message may cost a look-up; more than these in 10 s, and the stream ends. */
const MESSAGES = 60;
const WINDOW_MS = 10_000;
/** More than events and prices ever have waiting: the answers to a client that says on and on, and does not read. */
const MAX_UNREAD_BYTES = 1024 * 1024;

/** How often a user may begin a stream. */
export const STREAM_LIMIT: Limit = { route: 'GET /stream', tokens: 10, by: 'user' };

export type SessionDeps = Pick<ApiDeps, 'db' | 'config' | 'log' | 'keys' | 'stream'>;

export interface SessionStart {
  peer: Peer;
  seat: Seat;
  schema: ReturnType<typeof clientMessageSchema>;
  /** Whose wrong keys are counted, where they are. */
  network: string | undefined;
  requestId: string;
  /** What its URL and headers said. */
  tickers: string[] | undefined;
  after: EventPlace | undefined;
}

/** What one client says over a WebSocket, one message after the other, and what comes of it. */
export class Session {
  readonly #deps: SessionDeps;
  readonly #start: SessionStart;
  #client: StreamClient | undefined;
  #hasResumed = false;
  #work: Promise<void> = Promise.resolve();
  #said = 0;
  #windowEndsMs = 0;
  #impatience: NodeJS.Timeout | undefined;

  constructor(ws: WebSocket, deps: SessionDeps, start: SessionStart) {
    this.#deps = deps;
    this.#start = start;
    ws.on('message', (data, isBinary) => this.#hear(data as Buffer, isBinary));
    ws.once('close', () => clearTimeout(this.#impatience));
  }

  /** Has the client say its key in its first message. */
  awaitKey(): void {
    const { authenticateMs } = this.#deps.stream.timing;
    this.#impatience = setTimeout(
      () => this.#start.peer.close(CLOSE.timeout, `No API key came within ${authenticateMs / 1_000} s`),
      authenticateMs,
    );
  }

  /** Begins for a client that came with its key in a header; what it says meanwhile waits. */
  begin(user: { userId: string; keyHash: string }): void {
    this.#work = this.#join(user, this.#start.after).catch((error: unknown) => this.#refuse(error));
  }

  async #join({ userId, keyHash }: { userId: string; keyHash: string }, after?: EventPlace): Promise<void> {
    this.#hasResumed = after !== undefined;
    this.#client = await this.#deps.stream.join(this.#start.peer, { id: userId, keyHash }, after);
    this.#client?.watch(this.#start.tickers ?? []);
  }

  #hear(data: Buffer, isBinary: boolean): void {
    const now = performance.now();
    if (now >= this.#windowEndsMs) {
      this.#windowEndsMs = now + WINDOW_MS;
      this.#said = 0;
    }
    this.#said += 1;
    const { peer } = this.#start;
    if (this.#said > MESSAGES) {
      peer.close(CLOSE.tooMany, `More than ${MESSAGES} messages in ${WINDOW_MS / 1_000} s`);
      return;
    }
    if (peer.waiting > MAX_UNREAD_BYTES) {
      peer.cut();
      return;
    }
    this.#work = this.#work.then(async () => {
      if (!peer.isOpen) return;
      await this.#answer(data, isBinary).catch((error: unknown) => this.#refuse(error));
    });
  }

  async #answer(data: Buffer, isBinary: boolean): Promise<void> {
    const message = readClientMessage(this.#start.schema, data, isBinary);
    const client = this.#client;
    if (message.type === 'auth') return await this.#authenticate(message);
    if (client === undefined)
      throw httpError(401, 'The first message must be {"type":"auth","key":"sk_live_…"}');
    const { peer } = client;
    if (message.type === 'ping') {
      peer.send(notice('pong', {}));
    } else if (message.type === 'resume') {
      if (this.#hasResumed) throw httpError(409, 'The stream was resumed already');
      this.#hasResumed = true;
      await this.#deps.stream.resume(client, message.last_event_id);
    } else if (message.type === 'subscribe') {
      peer.send(notice('subscribed', { tickers: [...new Set([...client.tickers, ...message.tickers])] }));
      client.watch(message.tickers);
    } else {
      client.unwatch(message.tickers);
      peer.send(notice('subscribed', { tickers: [...client.tickers] }));
    }
  }

  async #authenticate(message: ClientMessage & { type: 'auth' }): Promise<void> {
    if (this.#client !== undefined) throw httpError(409, 'The stream has its key already');
    const { keys, db, config } = this.#deps;
    const { seat, network } = this.#start;
    const userId = await keys.findOwner(message.key, network);
    if (userId === undefined) throw invalidKey();
    const { refusal } = config.rateLimits
      ? await countRequest(db, STREAM_LIMIT, userId)
      : { refusal: undefined };
    if (refusal !== undefined) throw refusal;
    if (!seat.give(userId)) throw tooManyStreams(config.stream.maxClientsPerUser);
    clearTimeout(this.#impatience);
    await this.#join(
      { userId, keyHash: hashApiKey(message.key) },
      message.last_event_id ?? this.#start.after,
    );
  }

  /** Says what is wrong; whoever has no key yet is let go. */
  #refuse(thrown: unknown): void {
    const { peer, requestId } = this.#start;
    const error = thrown instanceof ApiError ? thrown : unforeseen(thrown);
    if (error !== thrown) this.#deps.log.error({ err: thrown, requestId }, error.detail);
    peer.send(errorNotice(error));
    if (error !== thrown) peer.close(CLOSE.broken, error.detail);
    else if (this.#client === undefined) peer.close(closeCode(error.status), error.detail);
  }
}

/** The refusal of a user who has as many streams as one may have. */
export function tooManyStreams(most: number): ApiError {
  return httpError(
    429,
    `Rate limit exceeded: you have ${most} streams, as many as are allowed; close one first`,
    {
      'Retry-After': '10',
    },
  );
}

function unforeseen(error: unknown): ApiError {
  return isUnreachable(error)
    ? httpError(503, 'The database is not reachable')
    : httpError(500, 'Internal Server Error');
}

function closeCode(status: number): number {
  if (status === 401) return CLOSE.unauthorized;
  return status === 429 ? CLOSE.tooMany : CLOSE.badMessage;
}

import type { Socket } from 'node:net';
import { Client } from 'undici';
import type { WebhookTarget } from './address';
import { type ConnectOptions, openSocket, type Progress } from './connect';
import { AnswerTooLargeError } from './failure';

/** What a connection works for at the moment; it writes its steps to `progress` and gives up on `signal`. */
export interface Use {
  progress: Progress;
  signal: AbortSignal;
}

/** One connection to one origin, for one request at a time. */
export interface Connection {
  readonly client: Client;
  readonly origin: string;
  use: Use;
  open: boolean;
  socket: Socket | undefined;
  /** How many bytes had come before the request that it works for. */
  readBefore: number;
}

/** Short, since a server that closes an idle connection just as it is used again costs an attempt. */
const KEEP_IDLE_MS = 2_000;

const MAX_HEADER_BYTES = 16 * 1024;

/**
 * The headers and what is kept of a body are far below it. The parser itself swallows some things without end, and without a
 * word to us: early hints, the extensions and leading zeros of chunk sizes, a status text.
 */
const MAX_ANSWER_BYTES = 256 * 1024;

/**
 * Hands out connections, open ones first. A connection belongs to one request until it is released, so that
 * nothing ever queues behind a host that hangs; there may be any number of them.
 */
export function createConnections(options: ConnectOptions) {
  const idle = new Map<string, Connection[]>();

  function forget(connection: Connection): void {
    const others = (idle.get(connection.origin) ?? []).filter((other) => other !== connection);
    if (others.length > 0) idle.set(connection.origin, others);
    else idle.delete(connection.origin);
  }

  async function discard(connection: Connection): Promise<void> {
    forget(connection);
    await connection.client.destroy();
  }

  function create(target: WebhookTarget, use: Use): Connection {
    const client = new Client(target.url.origin, {
      connect: (_, callback) => {
        openSocket(target, options, connection.use.progress, connection.use.signal).then(
          (socket) => {
            connection.socket = bounded(socket);
            callback(null, socket);
          },
          (error: Error) => callback(error, null),
        );
      },
      maxHeaderSize: MAX_HEADER_BYTES,
      keepAliveTimeout: KEEP_IDLE_MS,
      keepAliveMaxTimeout: KEEP_IDLE_MS,
      // The request's own signal bounds everything.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    const connection: Connection = {
      client,
      origin: target.url.origin,
      use,
      open: false,
      socket: undefined,
      readBefore: 0,
    };
    const bounded = (socket: Socket) =>
      socket.on('readable', () => {
        if (socket.bytesRead - connection.readBefore > MAX_ANSWER_BYTES)
          socket.destroy(new AnswerTooLargeError());
      });
    client.on('connect', () => {
      connection.open = true;
    });
    client.on('disconnect', () => {
      connection.open = false;
      if (idle.get(connection.origin)?.includes(connection)) void discard(connection);
    });
    return connection;
  }

  return {
    /** An open connection to the target's origin, or a new one that opens with its first request. */
    take(target: WebhookTarget, use: Use): Connection {
      const connection = idle.get(target.url.origin)?.pop();
      if (!connection) return create(target, use);
      connection.use = use;
      connection.readBefore = connection.socket?.bytesRead ?? 0;
      return connection;
    },

    /** Gives a connection back whose answer was read to its end. */
    async release(connection: Connection): Promise<void> {
      if (!connection.open) return discard(connection);
      const others = idle.get(connection.origin);
      if (others) others.push(connection);
      else idle.set(connection.origin, [connection]);
    },

    /** Closes a connection that can't be used again. */
    discard,

    /** Closes all idle connections. */
    async close(): Promise<void> {
      await Promise.all([...idle.values()].flat().map(discard));
    },
  };
}

export type Connections = ReturnType<typeof createConnections>;

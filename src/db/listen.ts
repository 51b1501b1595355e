import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;

/** After how much silence the server is asked whether it is still there, and how long it may take to answer. */
export interface ListenPatience {
  heartbeatMs: number;
  answerWithinMs: number;
}

const PATIENCE: ListenPatience = { heartbeatMs: 10_000, answerWithinMs: 5_000 };

export interface ListenHooks {
  /** Every channel is listened to: whatever is committed from now on is heard. */
  onUp: () => void;
  /** The connection is lost, or can't be trusted any longer; `onUp` follows once there is another. */
  onDown: (error: Error) => void;
}

export interface Listener {
  /** Ends the connection; neither hooks nor channels hear anything afterwards. */
  close(): Promise<void>;
}

/**
 * Listens to PostgreSQL's notifications on a connection of its own, which is made again, with growing pauses, whenever
 * it breaks. What is sent while it is down is lost, so whoever keeps state by it reads that anew in `onUp`.
 */
export function listen(
  databaseUrl: string,
  channels: Record<string, (payload: string) => void>,
  hooks: ListenHooks,
  patience = PATIENCE,
): Listener {
  const stop = new AbortController();
  const running = keepListening();
  return {
    close: async () => {
      stop.abort();
      await running;
    },
  };

  async function keepListening(): Promise<void> {
    let retryMs = FIRST_RETRY_MS;
    while (!stop.signal.aborted) {
      const session = new Session(databaseUrl, channels, patience, stop.signal);
      let wasUp = false;
      try {
        await session.open();
        if (stop.signal.aborted) break;
        wasUp = true;
        retryMs = FIRST_RETRY_MS;
        hooks.onUp();
        await session.untilLost();
      } catch (error) {
        if (wasUp && !stop.signal.aborted) hooks.onDown(error as Error);
      } finally {
        await session.end();
      }
      await sleep(retryMs, undefined, { signal: stop.signal }).catch(() => undefined);
      retryMs = Math.min(LAST_RETRY_MS, retryMs * 2);
    }
  }
}

/** One connection, from its opening to its loss. */
class Session {
  readonly #client: Client;
  readonly #lost: Promise<never>;
  #stopWaiting: () => void = () => undefined;

  constructor(
    databaseUrl: string,
    readonly channels: Record<string, (payload: string) => void>,
    readonly patience: ListenPatience,
    readonly stop: AbortSignal,
  ) {
    this.#client = new Client({
      connectionString: databaseUrl,
      application_name: 'pricehook-listen',
      keepAlive: true,
      connectionTimeoutMillis: patience.answerWithinMs,
      query_timeout: patience.answerWithinMs,
    });
    this.#lost = new Promise((_, reject) => {
      this.#client.on('error', reject);
      this.#client.on('end', () => reject(new Error('The connection was closed')));
      this.#stopWaiting = () => reject(new Error('Closed'));
      stop.addEventListener('abort', this.#stopWaiting, { once: true });
    });
    // It may be lost before anybody waits for it.
    this.#lost.catch(() => undefined);
    this.#client.on('notification', ({ channel, payload }) => {
      if (!stop.aborted) channels[channel]?.(payload ?? '');
    });
  }

  async open(): Promise<void> {
    await Promise.race([this.#client.connect(), this.#lost]);
    for (const channel of Object.keys(this.channels)) {
      await this.#client.query(`listen ${this.#client.escapeIdentifier(channel)}`);
    }
  }

  /** Rejects when the connection is lost. A peer that vanished sends nothing, so it is asked now and then. */
  async untilLost(): Promise<never> {
    for (;;) {
      const pause = new AbortController();
      try {
        await Promise.race([
          sleep(this.patience.heartbeatMs, undefined, { signal: pause.signal }),
          this.#lost,
        ]);
      } finally {
        pause.abort();
      }
      await this.#client.query('select 1');
    }
  }

  /** Says goodbye, but waits only so long for one that can't hear it. */
  async end(): Promise<void> {
    this.stop.removeEventListener('abort', this.#stopWaiting);
    const impatience = new AbortController();
    const ended = this.#client.end().catch(() => undefined);
    await Promise.race([
      ended,
      sleep(1_000, undefined, { signal: impatience.signal }).catch(() => undefined),
    ]);
    impatience.abort();
  }
}

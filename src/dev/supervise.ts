import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { messageOf, PlainError } from './plain-error';

export interface Supervisable {
  /** Settles when it has ended; says how where that is known. */
  exited: Promise<unknown>;
  stop(): Promise<void>;
}

export interface Supervised<T> {
  /** What runs now, or ran last. */
  current(): T;
  stop(): Promise<void>;
  /** Rejects when it ended too often to be started again. */
  failed: Promise<never>;
}

export interface SuperviseOptions<T> {
  name: string;
  first: T;
  /** Starts it again, at the same place as the one that ended. */
  again: (last: T) => Promise<T>;
  log: Logger;
  /** How many ends within a minute are taken; 5 by default. */
  maxEnds?: number;
  /** The pause before the second start in a row; doubled each time. 1,000 by default. */
  pauseMs?: number;
}

const WINDOW_MS = 60_000;

/** Starts a part of the stack again whenever it ends by itself, with a growing pause, until that happens too often. */
export function supervise<T extends Supervisable>(options: SuperviseOptions<T>): Supervised<T> {
  const { name, log, maxEnds = 5, pauseMs = 1_000 } = options;
  let current = options.first;
  const stopping = new AbortController();

  const watch = async (): Promise<void> => {
    let ends: number[] = [];
    while (true) {
      const how = await Promise.race([current.exited, aborted(stopping.signal)]);
      while (!stopping.signal.aborted) {
        ends = [...ends.filter((end) => end > Date.now() - WINDOW_MS), Date.now()];
        if (ends.length > maxEnds)
          throw new PlainError(`${name} ended ${ends.length} times within a minute.`);
        log.warn({ how }, `${name} ended; it is started again`);
        try {
          if (ends.length > 1)
            await sleep(pauseMs * 2 ** (ends.length - 2), undefined, { signal: stopping.signal });
          current = await options.again(current);
          log.info(`${name} runs again`);
          break;
        } catch (error) {
          if (!stopping.signal.aborted) log.error(`${name} did not start: ${messageOf(error)}`);
        }
      }
      if (stopping.signal.aborted) return;
    }
  };
  const watching = watch();
  return {
    current: () => current,
    failed: watching.then(() => new Promise<never>(() => {})),
    async stop() {
      stopping.abort();
      // A start that is under way is waited for: only then is it known what to stop.
      await watching.catch(() => {});
      await current.stop();
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

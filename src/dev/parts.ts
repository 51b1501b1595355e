import { messageOf } from './plain-error';
import type { Progress } from './progress';

/** The parts of a running stack, in the order in which their starts began. */
export interface Parts {
  /** Adds a part as soon as its start has begun, so that it is stopped even if that is not over yet. */
  add<T>(name: string, starting: Promise<T>, stop: (part: T) => Promise<unknown>): Promise<T>;
  /** Stops all parts, the last one first; one that can't be stopped does not keep the others from it. */
  stopAll(): Promise<void>;
}

/** An empty list of parts. */
export function createParts(progress: Progress): Parts {
  const parts: { name: string; stop: () => Promise<unknown> }[] = [];
  return {
    add(name, starting, stop) {
      const stopStarted = async () => {
        const [outcome] = await Promise.allSettled([starting]);
        if (outcome.status === 'rejected') return;
        const work = () => stop(outcome.value);
        await progress.step(`Stopping ${name}`, work, () => `${name} stopped`);
      };
      parts.push({ name, stop: stopStarted });
      return starting;
    },
    async stopAll() {
      for (const { name, stop } of parts.splice(0).reverse()) {
        await stop().catch((error: unknown) => progress.line(`${name}: ${messageOf(error)}`));
      }
    },
  };
}

import { setTimeout as sleep } from 'node:timers/promises';

/** The time of a run: milliseconds since the market opened. */
export interface Clock {
  /** The market opens now. */
  open(): void;
  /** Negative before the market opens. */
  elapsedMs(): number;
  /** Waits for a moment of the plan; rejects when the run is broken off. */
  until(atMs: number): Promise<void>;
}

export function createClock(brokenOff: AbortSignal): Clock {
  let openedAt: number | undefined;
  const elapsedMs = () => (openedAt === undefined ? -1 : performance.now() - openedAt);
  return {
    open() {
      openedAt = performance.now();
    },
    elapsedMs,
    async until(atMs) {
      await sleep(Math.max(0, atMs - elapsedMs()), undefined, { signal: brokenOff });
    },
  };
}

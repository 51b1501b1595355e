import { setTimeout } from 'node:timers/promises';

/** What time is kept by. */
export interface Clock {
  /** Milliseconds that only rise. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

export const MACHINE_CLOCK: Clock = { now: () => performance.now(), sleep: (ms) => setTimeout(ms) };

/** Timers hold 24 days at most. */
const LONGEST_SLEEP_MS = 60_000;

/**
 * Has moments of the past come as they came, so many times as fast.
 * @param speed undefined: as fast as possible
 * @returns waits until a moment, Unix milliseconds, is due; the first one is at once
 */
export function createPace(speed: number | undefined, clock: Clock): (atMs: number) => Promise<void> {
  if (speed === undefined) return async () => {};
  let first: { atMs: number; now: number } | undefined;
  return async (atMs) => {
    first ??= { atMs, now: clock.now() };
    const dueAt = first.now + (atMs - first.atMs) / speed;
    for (let left = dueAt - clock.now(); left > 0; left = dueAt - clock.now())
      await clock.sleep(Math.min(left, LONGEST_SLEEP_MS));
  };
}

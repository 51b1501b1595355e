import { setTimeout as sleep } from 'node:timers/promises';

/** Shorter than jest's own time-out, so that a test that waits in vain fails with what it waited for. */
const LIMIT_MS = 55_000;

/** Calls `check` again and again until it no longer throws, and returns what it returns. */
export async function eventually<T>(check: () => T | Promise<T>, limitMs = LIMIT_MS): Promise<T> {
  const deadline = Date.now() + limitMs;
  while (true) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await sleep(25);
  }
}

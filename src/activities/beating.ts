import { heartbeat } from '@temporalio/activity';

const HEARTBEAT_MS = 3_000;

/** Has an activity heartbeat for as long as it works, so that another worker takes over soon where this one is killed. */
export function beating<A extends unknown[], R>(
  activity: (...args: A) => Promise<R>,
): (...args: A) => Promise<R> {
  return async (...args) => {
    const timer = setInterval(() => heartbeat(), HEARTBEAT_MS);
    try {
      return await activity(...args);
    } finally {
      clearInterval(timer);
    }
  };
}

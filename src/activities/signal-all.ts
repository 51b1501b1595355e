import { log } from '@temporalio/activity';
import pLimit from 'p-limit';

/**
 * Signals the workflows of many alerts, so many at a time. One that fails is logged and left to whoever comes next.
 * @param signal answers whether it signalled; false where it chose not to
 * @returns those that were signalled
 */
export async function signalAll<T extends { id: string }>(
  alerts: T[],
  inFlight: number,
  complaint: string,
  signal: (alert: T) => Promise<boolean>,
): Promise<T[]> {
  const limit = pLimit(inFlight);
  const told = await Promise.all(
    alerts.map((alert) =>
      limit(() =>
        signal(alert).catch((error: unknown) => {
          log.warn(`${complaint}; it is tried again`, { id: alert.id, error });
          return false;
        }),
      ),
    ),
  );
  return alerts.filter((_, index) => told[index]);
}

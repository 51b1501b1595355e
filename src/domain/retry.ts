import type { AttemptResult } from './delivery';

/** The intervals between the attempts of a delivery: initial, then doubled each time up to the maximum. */
export interface RetryIntervals {
  initialMs: number;
  maximumMs: number;
}

/**
 * The pause after attempt number `attempt` (from 1), in milliseconds: exponential with factor 2, unless the answer's
 * Retry-After replaces the step. A Retry-After of nothing still waits a moment, or one answer would use up all attempts.
 */
export function retryDelay(attempt: number, retryAfterMs: number | null, intervals: RetryIntervals): number {
  const step =
    retryAfterMs === null
      ? intervals.initialMs * 2 ** (attempt - 1)
      : Math.max(retryAfterMs, Math.min(intervals.initialMs, 1_000));
  return Math.min(step, intervals.maximumMs);
}

/** What an attempt means for its delivery: 2xx delivers, 410 ends it (Standard Webhooks), anything else is tried again. */
export function classify(
  result: Pick<AttemptResult, 'statusCode' | 'errorClass'>,
): 'delivered' | 'final' | 'retry' {
  if (result.errorClass === null) return 'delivered';
  return result.statusCode === 410 ? 'final' : 'retry';
}

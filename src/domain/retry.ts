import type { AttemptResult, RoundPlace } from './delivery';
import { writeDuration } from './duration';

/** What Temporal is told of the intervals in a workflow's input: a fallback, since the worker's own policy decides. */
export interface RetryIntervals {
  initialMs: number;
  maximumMs: number;
}

/** The settings that a retry policy is made of, as they are configured. */
export interface RetrySettings {
  readonly maxAttempts: number;
  readonly retryInitialMs: number;
  readonly retryMaxMs: number;
  /** The pauses one by one; where it is given, the three above mean nothing. */
  readonly retrySchedule: readonly number[] | undefined;
  readonly retryJitter: number;
  readonly maxAgeMs: number;
}

/** When the attempts of a delivery are made, and when it is given up. */
export interface RetryPolicy {
  /** The pause after each attempt but the last, in milliseconds and without jitter. */
  readonly pausesMs: readonly number[];
  /** The longest pause without jitter; it bounds Retry-After, too. */
  readonly maximumMs: number;
  /** The largest part of a pause that is added to it by chance. */
  readonly jitter: number;
  /** How long after a round of a delivery began its last attempt may be due. */
  readonly maxAgeMs: number;
}

/** What becomes of a delivery after an attempt. `why` says what the attempt's own error doesn't. */
export type AfterAttempt =
  | { status: 'delivered' }
  | { status: 'failed'; why: string | null }
  | { status: 'pending'; nextAttemptAt: Date };

/** The policy that the settings ask for: their schedule, or else the initial pause doubled each time up to the maximum. */
export function retryPolicy(settings: RetrySettings): RetryPolicy {
  const { maxAttempts, retryInitialMs, retryMaxMs, retrySchedule, retryJitter, maxAgeMs } = settings;
  const pausesMs =
    retrySchedule ??
    Array.from({ length: maxAttempts - 1 }, (_, doubled) =>
      Math.min(retryInitialMs * 2 ** doubled, retryMaxMs),
    );
  const maximumMs = retrySchedule === undefined ? retryMaxMs : Math.max(...retrySchedule);
  return { pausesMs, maximumMs, jitter: retryJitter, maxAgeMs };
}

/** How many attempts a delivery gets at most, in each round. */
export const attemptLimit = (policy: RetryPolicy) => policy.pausesMs.length + 1;

/** The intervals of a workflow's input. */
export function fallbackIntervals(settings: RetrySettings): RetryIntervals {
  const { retrySchedule, retryInitialMs, retryMaxMs } = settings;
  if (retrySchedule === undefined) return { initialMs: retryInitialMs, maximumMs: retryMaxMs };
  return { initialMs: retrySchedule[0] ?? retryInitialMs, maximumMs: Math.max(...retrySchedule) };
}

/** A Retry-After of nothing still waits this long, or its step if that is shorter: one answer must not use up all attempts. */
const LEAST_PAUSE_MS = 1_000;

/**
 * The pause after attempt number `attempt` (from 1), in milliseconds: its step, or the answer's Retry-After instead, up to
 * the maximum. Jitter comes on top, so that a pause is never shorter than was asked for; `chance` is from 0 to 1.
 */
export function retryDelay(
  attempt: number,
  retryAfterMs: number | null,
  policy: RetryPolicy,
  chance: number,
): number {
  const step = policy.pausesMs[attempt - 1] ?? policy.maximumMs;
  const pause = retryAfterMs === null ? step : Math.max(retryAfterMs, Math.min(step, LEAST_PAUSE_MS));
  return Math.min(pause, policy.maximumMs) * (1 + chance * policy.jitter);
}

/**
 * What becomes of a delivery after an attempt. Its age counts from when its round began: a next attempt that would begin too
 * long after that is not made. The first one was made however late.
 */
export function afterAttempt(
  result: Pick<AttemptResult, 'statusCode' | 'errorClass' | 'retryAfterMs'>,
  endedAt: Date,
  { attempt, limit, startedMs }: RoundPlace,
  policy: RetryPolicy,
  chance: number,
): AfterAttempt {
  const verdict = classify(result);
  if (verdict === 'delivered') return { status: 'delivered' };
  if (verdict === 'final' || attempt >= limit) return { status: 'failed', why: null };
  const delayMs = retryDelay(attempt, result.retryAfterMs, policy, chance);
  const nextAttemptAt = new Date(endedAt.getTime() + delayMs);
  if (nextAttemptAt.getTime() - startedMs > policy.maxAgeMs) {
    const age = writeDuration(policy.maxAgeMs);
    return {
      status: 'failed',
      why: `No further attempt is made: the next would begin more than ${age} after the delivery did.`,
    };
  }
  return { status: 'pending', nextAttemptAt };
}

/** What an attempt means for its delivery: 2xx delivers, 410 ends it (Standard Webhooks), anything else is tried again. */
export function classify(
  result: Pick<AttemptResult, 'statusCode' | 'errorClass'>,
): 'delivered' | 'final' | 'retry' {
  if (result.errorClass === null) return 'delivered';
  return result.statusCode === 410 ? 'final' : 'retry';
}

import { ApplicationFailure } from '@temporalio/activity';
import { INTERRUPTED } from '../db/attempts';
import type { AttemptOutcome, AttemptResult, RoundPlace } from '../domain/delivery';
import { type AfterAttempt, afterAttempt, attemptLimit, type RetryPolicy } from '../domain/retry';

/** Earlier attempts stay in history with the beginning of their answers only: Temporal's payloads are bounded. */
const EARLIER_BODY_CHARACTERS = 500;

/** One attempt as it is kept in the workflow's history. */
export interface AttemptLog extends AttemptResult {
  number: number;
  outcome: AttemptOutcome;
  startedAt: string;
  endedAt: string;
  /** Absent in what 0.1 wrote, and of attempts without a known outcome. */
  round?: RoundPlace;
  /** But for the signature. */
  requestHeaders?: Record<string, string>;
  /** When the next attempt is due; null where none follows, absent where an older worker made this one. */
  nextAttemptAt?: string | null;
}

/**
 * An attempt with what is to follow it. That is decided once and kept in the log: a run that finds it in a heartbeat must not
 * draw another pause.
 */
export function judged(log: AttemptLog, policy: RetryPolicy): AttemptLog {
  const after = decide(log, policy, Math.random());
  switch (after.status) {
    case 'delivered':
      return { ...log, nextAttemptAt: null };
    case 'failed':
      return { ...log, nextAttemptAt: null, error: [log.error, after.why].filter(Boolean).join(' ') };
    case 'pending':
      return { ...log, nextAttemptAt: after.nextAttemptAt.toISOString() };
  }
}

/** What becomes of the delivery after this attempt, as it was decided when it was made. */
export function verdictOf(log: AttemptLog, policy: RetryPolicy): AfterAttempt {
  if (log.outcome === 'delivered') return { status: 'delivered' };
  if (log.nextAttemptAt === null) return { status: 'failed', why: null };
  if (log.nextAttemptAt === undefined) return decide(log, policy, 0);
  return { status: 'pending', nextAttemptAt: new Date(log.nextAttemptAt) };
}

function decide(log: AttemptLog, policy: RetryPolicy, chance: number): AfterAttempt {
  const { number: attempt, startedAt, endedAt } = log;
  const place = log.round ?? { attempt, limit: attemptLimit(policy), startedMs: Date.parse(startedAt) };
  return afterAttempt(log, new Date(endedAt), place, policy, chance);
}

const counted = (attempts: number) => (attempts === 1 ? '1 attempt' : `${attempts} attempts`);

/** The failure that ends a delivery, with all its attempts. */
export function givenUp(deliveryId: string, attempts: AttemptLog[]): ApplicationFailure {
  const why = attempts.at(-1)?.error ?? INTERRUPTED;
  return ApplicationFailure.nonRetryable(
    `Webhook ${deliveryId} was given up after ${counted(attempts.at(-1)?.number ?? 0)}: ${why}`,
    'DeliveryFailed',
    attempts,
  );
}

/** The failure of a run that finds its delivery given up: nothing was sent, and nothing will be. */
export function givenUpBefore(deliveryId: string, attempts: number): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `Webhook ${deliveryId} was given up before, after ${counted(attempts)}: see the earlier run, or the API`,
    'DeliveryFailed',
  );
}

/** An earlier attempt, as later runs carry it along. */
export function shortened(log: AttemptLog): AttemptLog {
  const responseBody = log.responseBody?.slice(0, EARLIER_BODY_CHARACTERS) ?? null;
  const { requestHeaders: _, ...kept } = log;
  return { ...kept, responseHeaders: null, responseBody };
}

/** An attempt whose sender died before it could record an answer. */
export function unknownAttempt(lost: { number: number; startedAt: string; endedAt: string }): AttemptLog {
  return {
    ...lost,
    outcome: 'unknown',
    statusCode: null,
    errorClass: null,
    error: INTERRUPTED,
    durationMs: 0,
    dnsMs: null,
    connectMs: null,
    tlsMs: null,
    responseHeaders: null,
    responseBody: null,
    retryAfterMs: null,
  };
}

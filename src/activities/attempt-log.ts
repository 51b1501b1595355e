import { ApplicationFailure } from '@temporalio/activity';
import { INTERRUPTED } from '../db/attempts';
import type { AttemptOutcome, AttemptResult, RoundPlace } from '../domain/delivery';

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

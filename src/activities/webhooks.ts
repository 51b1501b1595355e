import { ApplicationFailure, activityInfo, heartbeat, log as logger } from '@temporalio/activity';
import type { Kysely } from 'kysely';
import {
  type BegunAttempt,
  beginAttempt,
  cancelForGoneUser,
  failDelivery,
  finishAttempt,
  withdrawAttempt,
} from '../db/attempts';
import type { DisableRule } from '../db/endpoint-health';
import type { Database } from '../db/schema';
import type { RoundPlace } from '../domain/delivery';
import { type AfterAttempt, attemptLimit, classify, type RetryPolicy } from '../domain/retry';
import {
  attempts as attemptCounter,
  attemptDuration,
  endedDeliveries,
  quoteToPost,
} from '../metrics/metrics';
import { withoutSecretsOf, withoutValuesOf } from '../webhooks/mask';
import { maskedHeaders, openHeaders } from '../webhooks/own-headers';
import { SealError, type SecretBox } from '../webhooks/secret-box';
import { allHeaders, type WebhookSender } from '../webhooks/send';
import { signedHeaders } from '../webhooks/sign';
import { tracedPost } from '../webhooks/traced';
import {
  type AttemptLog,
  givenUp,
  givenUpBefore,
  judged,
  shortened,
  unknownAttempt,
  verdictOf,
} from './attempt-log';
import { thisRun } from './this-run';

export interface DeliveryResult {
  status: 'delivered' | 'cancelled' | 'skipped';
  attempts: AttemptLog[];
}

export interface WebhookActivities {
  deliverWebhook(input: { deliveryId: string }): Promise<DeliveryResult>;
}

export interface WebhookDeps {
  db: Kysely<Database>;
  sender: WebhookSender;
  policy: RetryPolicy;
  box: SecretBox;
  disable: DisableRule;
  timeoutMs: number;
  /** Tells a workflow, for its operators, that its delivery goes on failing; never fails. */
  tellRetrying: (workflowId: string) => Promise<void>;
  /** Opens a delivery that is over where an operator has reset this run; answers whether it did. */
  reopenAfterReset: (deliveryId: string) => Promise<boolean>;
}

/** How soon to try again when nothing was sent because our own side failed; that uses up no attempt. */
const OWN_FAULT_RETRY_MS = 5_000;
/**
 * What of the activity's time is left for recording. An alert that was created under a shorter WEBHOOK_TIMEOUT keeps it: a
 * request that outlived its activity would be sent again beside itself.
 */
const RECORDING_MS = 5_000;
const LEAST_REQUEST_MS = 100;
/** A first failure is often the last one, and a thousand of them at once would cost more than the attempts. */
const TELL_AT_ATTEMPT = 2;
/** Recording takes a few milliseconds; a database that needs longer may not come back. */
const SLOW_RECORD_MS = 250;

/** Making a delivery: each run of the activity is one attempt, recorded before it is sent and after. */
export function createWebhookActivities(deps: WebhookDeps): WebhookActivities {
  const { db, policy } = deps;

  return {
    async deliverWebhook({ deliveryId }) {
      const runStartedMs = Date.now();
      const earlier: AttemptLog[] = activityInfo().heartbeatDetails ?? [];
      const last = earlier.at(-1);
      // The run before may have been interrupted between the answer and its record.
      if (last !== undefined) {
        const after = await record(deliveryId, last);
        if (after.status === 'delivered') return { status: 'delivered', attempts: earlier };
        if (after.status === 'failed') throw givenUp(deliveryId, earlier);
      }

      // Only a reset of the activity, the operators' way to end its pause, counts its runs anew and keeps what they said.
      const isHurried = activityInfo().attempt === 1 && earlier.length > 0;
      const begun = await begin(deliveryId, isHurried);
      if (begun === undefined) return { status: 'cancelled', attempts: earlier };
      const known = [...earlier.map(shortened), ...begun.lost.map(unknownAttempt)];
      if (begun.number === null || begun.startedAt === null) return await refused(deliveryId, begun, known);

      const opened = await openSealed(deliveryId, begun.number, begun);
      if (opened === undefined) return { status: 'cancelled', attempts: known };
      const { secrets, ownHeaders } = opened;
      const signed = signedHeaders({ id: deliveryId, body: begun.body, secrets, at: new Date() });
      const ofContent: Record<string, string> =
        begun.contentType === null ? {} : { 'content-type': begun.contentType };
      let requestHeaders: Record<string, string> = {};
      if (begun.number === 1) observeFirstPost(begun);
      const result = await tracedPost(begun.url, (traceHeaders) => {
        const headers = { ...ofContent, ...signed, ...traceHeaders };
        const { 'webhook-signature': _, ...told } = allHeaders({ ...maskedHeaders(ownHeaders), ...headers });
        requestHeaders = told;
        return deps.sender.send({
          url: begun.url,
          body: Buffer.from(begun.body),
          headers: { ...ownHeaders, ...headers },
          timeoutMs: Math.min(deps.timeoutMs, timeLeft(runStartedMs)),
        });
      });
      const outcome = classify(result) === 'delivered' ? 'delivered' : 'failed';
      attemptCounter.inc({ outcome, error_class: result.errorClass ?? 'none' });
      attemptDuration.observe(result.durationMs / 1_000);
      const made: AttemptLog = {
        number: begun.number,
        outcome,
        startedAt: begun.startedAt.toISOString(),
        endedAt: new Date().toISOString(),
        round: placeOf(begun, begun.number),
        requestHeaders,
        ...withoutValuesOf(ownHeaders, result),
      };
      const log = judged(made, policy);
      // The row is the user's own; history is for operators.
      const attempts = [...known, withoutSecretsOf(begun.url, log)];
      const after = await recordOrHeartbeat(deliveryId, attempts, log);
      if (after.status !== 'pending') endedDeliveries.inc({ status: after.status });
      if (after.status === 'delivered') {
        logger.info(`Webhook ${deliveryId} delivered at attempt ${log.number}`);
        return { status: 'delivered', attempts };
      }
      heartbeat(attempts);
      if (after.status === 'pending' && log.round?.attempt === TELL_AT_ATTEMPT)
        await deps.tellRetrying(thisRun().workflowId);
      throw after.status === 'failed' ? givenUp(deliveryId, attempts) : tryLater(log, after.nextAttemptAt);
    },
  };

  /** Begins an attempt, or finds out why none may begin: a run that an operator has reset delivers again. */
  async function begin(deliveryId: string, isHurried: boolean): Promise<BegunAttempt | undefined> {
    const by = { ...thisRun(), isHurried };
    const tryTo = () => ownFault(() => beginAttempt(db, deliveryId, attemptLimit(policy), by));
    const begun = await tryTo();
    const isOver = begun?.number === null && begun.deliveryStatus !== 'pending';
    return isOver && (await ownFault(() => deps.reopenAfterReset(deliveryId))) ? await tryTo() : begun;
  }

  /**
   * What signs the message, and the alert's own headers. Where a key is missing, nothing is sent, and no attempt used up, until it
   * is there.
   * @returns undefined where the user has left, and their secrets with them
   */
  async function openSealed(
    deliveryId: string,
    number: number,
    begun: BegunAttempt,
  ): Promise<{ secrets: string[]; ownHeaders: Record<string, string> } | undefined> {
    const { userId, ownHeaders } = begun;
    try {
      if (begun.secrets.length === 0) throw new SealError(`User ${userId} has no webhook secret`);
      return {
        secrets: begun.secrets.map((sealed) => deps.box.open(sealed, userId)),
        ownHeaders: ownHeaders === null ? {} : openHeaders(deps.box, ownHeaders, userId),
      };
    } catch (error) {
      if (!(error instanceof SealError)) throw error;
      await ownFault(() => withdrawAttempt(db, { deliveryId, number }));
      if (await ownFault(() => cancelForGoneUser(db, deliveryId))) return undefined;
      throw ApplicationFailure.create({
        type: 'NotSigned',
        message: `The webhook can't be signed, or its headers can't be read; nothing is sent until they can: ${error.message}`,
        nextRetryDelay: OWN_FAULT_RETRY_MS,
      });
    }
  }

  /**
   * Records an outcome; where that fails or takes long, the heartbeat keeps it for the next run. Not for every attempt: a
   * heartbeat costs Temporal as much as the rest of the activity.
   */
  async function recordOrHeartbeat(
    deliveryId: string,
    attempts: AttemptLog[],
    log: AttemptLog,
  ): Promise<AfterAttempt> {
    const slow = setTimeout(() => heartbeat(attempts), SLOW_RECORD_MS);
    try {
      return await record(deliveryId, log);
    } catch (error) {
      heartbeat(attempts);
      throw error;
    } finally {
      clearTimeout(slow);
    }
  }

  /** Records an attempt's outcome and what becomes of its delivery. */
  async function record(deliveryId: string, log: AttemptLog): Promise<AfterAttempt> {
    const endedAt = new Date(log.endedAt);
    const after = verdictOf(log, policy);
    const { number, requestHeaders = null } = log;
    await ownFault(() =>
      finishAttempt(db, { deliveryId, number, endedAt, requestHeaders, result: log }, after, deps.disable),
    );
    return after;
  }

  function tryLater(log: AttemptLog, nextAttemptAt: Date): ApplicationFailure {
    return ApplicationFailure.create({
      type: 'AttemptFailed',
      message: failureOf(log),
      nextRetryDelay: Math.max(1, nextAttemptAt.getTime() - Date.now()),
    });
  }

  /** No attempt may begin: the delivery is over, its alert is deleted, its endpoint disabled, all attempts made, or it is too early. */
  async function refused(
    deliveryId: string,
    begun: BegunAttempt,
    attempts: AttemptLog[],
  ): Promise<DeliveryResult> {
    const status = begun.endedAs ?? begun.deliveryStatus;
    if (status === 'delivered' || status === 'skipped') return { status, attempts };
    // Made again meanwhile, or reset: another workflow carries it to its end.
    if (status === 'pending' && !begun.isCarrier) return { status: 'cancelled', attempts };
    if (begun.alertStatus === 'deleted' || status === 'cancelled') return { status: 'cancelled', attempts };
    if (begun.deliveryStatus === 'failed' && attempts.length === 0)
      throw givenUpBefore(deliveryId, begun.made);
    const last = attempts.at(-1);
    const { attempt, limit } = placeOf(begun, begun.made + 1);
    // A workflow that was started anew comes early, so does one whose own side failed; the receiver's pause still holds.
    if (begun.deliveryStatus === 'pending' && attempt <= limit)
      throw ApplicationFailure.create({
        type: 'TooEarly',
        message: last ? failureOf(last) : `Attempt ${attempt} of ${limit} waits for its time`,
        nextRetryDelay: Math.max(1, Math.ceil(begun.waitMs)),
      });
    await ownFault(() => failDelivery(db, deliveryId));
    throw givenUp(deliveryId, attempts);
  }
}

/**
 * How long it took from the price to the POST; only of alerts, and not of those that were known to come late. What users write
 * themselves says nothing of it, not even where their alert has lost its template meanwhile.
 */
function observeFirstPost({ isEvent, contentType, body }: BegunAttempt): void {
  if (!isEvent || contentType !== null) return;
  const event = JSON.parse(body) as Record<string, unknown> | null;
  if (event?.type !== 'alert.triggered' || event.late === true) return;
  const tookMs = Date.now() - Date.parse(String(event.triggered_at));
  if (Number.isFinite(tookMs)) quoteToPost.observe(Math.max(0, tookMs) / 1_000);
}

function placeOf(begun: BegunAttempt, number: number): RoundPlace {
  return {
    attempt: number - begun.madeBefore,
    limit: begun.limit,
    startedMs: begun.roundStartedAt.getTime(),
  };
}

function failureOf({ number, round, error }: AttemptLog): string {
  return round ? `Attempt ${round.attempt} of ${round.limit}: ${error}` : `Attempt ${number}: ${error}`;
}

/**
 * How long a request may take so that it ends, and is recorded, before Temporal takes this run for dead.
 * @throws where recording the attempt has used up the time: nothing is sent then
 */
function timeLeft(runStartedMs: number): number {
  const left = activityInfo().startToCloseTimeoutMs - (Date.now() - runStartedMs) - RECORDING_MS;
  if (left >= LEAST_REQUEST_MS) return left;
  throw ApplicationFailure.create({
    type: 'NotRecorded',
    message: 'Recording the attempt took too long; it was not sent',
    nextRetryDelay: OWN_FAULT_RETRY_MS,
  });
}

/** Runs a step of our own; where it fails, the activity is tried again soon, whatever the delivery's own intervals. */
async function ownFault<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw ApplicationFailure.create({
      type: 'NotRecorded',
      message: 'The delivery could not be recorded; nothing is sent until it can',
      cause: error as Error,
      nextRetryDelay: OWN_FAULT_RETRY_MS,
    });
  }
}

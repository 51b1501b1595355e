import { ApplicationFailure, activityInfo, heartbeat, log as logger } from '@temporalio/activity';
import type { Kysely } from 'kysely';
import {
  type AfterAttempt,
  type BegunAttempt,
  beginAttempt,
  CLOCK_TOLERANCE_MS,
  failDelivery,
  finishAttempt,
} from '../db/attempts';
import type { Database } from '../db/schema';
import { classify, type RetryIntervals, retryDelay } from '../domain/retry';
import type { WebhookSender } from '../webhooks/send';
import { signedHeaders } from '../webhooks/sign';
import { type AttemptLog, givenUp, givenUpBefore, shortened, unknownAttempt } from './attempt-log';

export interface DeliveryResult {
  status: 'delivered' | 'cancelled';
  attempts: AttemptLog[];
}

export interface WebhookActivities {
  deliverWebhook(input: { deliveryId: string }): Promise<DeliveryResult>;
}

export interface WebhookDeps {
  db: Kysely<Database>;
  sender: WebhookSender;
  maxAttempts: number;
  intervals: RetryIntervals;
  timeoutMs: number;
  /** Tells a workflow, for its operators, that its delivery goes on failing; never fails. */
  tellRetrying: (workflowId: string) => Promise<void>;
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
  const { db } = deps;

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
        // The activity comes back early when our own side failed; the receiver's pause still holds.
        if (after.nextAttemptAt.getTime() > Date.now() + CLOCK_TOLERANCE_MS)
          throw tryLater(last, after.nextAttemptAt);
      }

      const begun = await ownFault(() => beginAttempt(db, deliveryId, deps.maxAttempts));
      if (begun === undefined) return { status: 'cancelled', attempts: earlier };
      const known = [...earlier.map(shortened), ...begun.lost.map(unknownAttempt)];
      if (begun.number === null || begun.startedAt === null) return await refused(deliveryId, begun, known);

      const result = await deps.sender.send({
        url: begun.url,
        body: Buffer.from(begun.body),
        headers: signedHeaders({ id: deliveryId, body: begun.body, secrets: [begun.secret], at: new Date() }),
        timeoutMs: Math.min(deps.timeoutMs, timeLeft(runStartedMs)),
      });
      const log: AttemptLog = {
        number: begun.number,
        outcome: classify(result) === 'delivered' ? 'delivered' : 'failed',
        startedAt: begun.startedAt.toISOString(),
        endedAt: new Date().toISOString(),
        ...result,
      };
      const attempts = [...known, log];
      const after = await recordOrHeartbeat(deliveryId, attempts, log);
      if (after.status === 'delivered') {
        logger.info(`Webhook ${deliveryId} delivered at attempt ${log.number}`);
        return { status: 'delivered', attempts };
      }
      heartbeat(attempts);
      if (after.status === 'pending' && log.number === TELL_AT_ATTEMPT) await deps.tellRetrying(workflowId());
      throw after.status === 'failed' ? givenUp(deliveryId, attempts) : tryLater(log, after.nextAttemptAt);
    },
  };

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
    const after = afterAttempt(log, endedAt);
    await ownFault(() => finishAttempt(db, { deliveryId, number: log.number, endedAt, result: log }, after));
    return after;
  }

  function afterAttempt(log: AttemptLog, endedAt: Date): AfterAttempt {
    const verdict = classify(log);
    if (verdict === 'delivered') return { status: 'delivered' };
    if (verdict === 'final' || log.number >= deps.maxAttempts) return { status: 'failed' };
    const delayMs = retryDelay(log.number, log.retryAfterMs, deps.intervals);
    return { status: 'pending', nextAttemptAt: new Date(endedAt.getTime() + delayMs) };
  }

  function tryLater(log: AttemptLog, nextAttemptAt: Date): ApplicationFailure {
    return ApplicationFailure.create({
      type: 'AttemptFailed',
      message: `Attempt ${log.number} of ${deps.maxAttempts}: ${log.error}`,
      nextRetryDelay: Math.max(1, nextAttemptAt.getTime() - Date.now()),
    });
  }

  /** No attempt may begin: the delivery is over already, its alert was deleted, all attempts were made, or it is too early. */
  async function refused(
    deliveryId: string,
    begun: BegunAttempt,
    attempts: AttemptLog[],
  ): Promise<DeliveryResult> {
    if (begun.deliveryStatus === 'delivered') return { status: 'delivered', attempts };
    if (begun.alertStatus === 'deleted' || begun.deliveryStatus === 'cancelled')
      return { status: 'cancelled', attempts };
    if (begun.deliveryStatus === 'failed' && attempts.length === 0)
      throw givenUpBefore(deliveryId, begun.made);
    // A workflow that was started anew comes early; the receiver's pause still holds.
    if (begun.deliveryStatus === 'pending' && begun.made < deps.maxAttempts)
      throw ApplicationFailure.create({
        type: 'TooEarly',
        message: `Attempt ${begun.made + 1} of ${deps.maxAttempts} waits for its time`,
        nextRetryDelay: Math.max(1, Math.ceil(begun.waitMs)),
      });
    await ownFault(() => failDelivery(db, deliveryId));
    throw givenUp(deliveryId, attempts);
  }
}

function workflowId(): string {
  const { workflowExecution } = activityInfo();
  if (workflowExecution === undefined) throw new Error('A delivery runs within a workflow');
  return workflowExecution.workflowId;
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

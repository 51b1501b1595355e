import type { LogLevel, LogMetadata } from '@temporalio/worker';
import type { Logger } from 'pino';

const PINO_LEVELS: Record<LogLevel, 'trace' | 'debug' | 'info' | 'warn' | 'error'> = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
};

/** What of the SDK's metadata helps somebody who reads a log; the rest is in Temporal under the workflow's id. */
const KEPT = ['requestId', 'trace_id', 'workflowId', 'activityType', 'attempt', 'alertId'];

/** Failures that say all in their message: a receiver that answers 503 is no crash of ours. */
const PLAIN_FAILURES = new Set(['AttemptFailed', 'DeliveryFailed', 'NotRecorded', 'NotSigned', 'TooEarly']);

/** Writes one of the SDK's log entries: our own activities' as they are, its own only where they are worth a line. */
export function logFromSdk(log: Logger, level: LogLevel, message: string, meta: LogMetadata = {}): void {
  const fields = Object.fromEntries(KEPT.filter((key) => key in meta).map((key) => [key, meta[key]]));
  const error = meta.error as (Error & { type?: string }) | undefined;
  if (error?.type !== undefined && PLAIN_FAILURES.has(error.type)) {
    log.warn(fields, error.message);
    return;
  }
  if (message === 'Workflow failed') {
    // Its stack is Temporal's own, and what failed was logged where it failed.
    log.warn(fields, `${message}: ${error?.message}`);
    return;
  }
  // The deliveries' worker has activities only, on purpose; what else it says at that level is its own life.
  const isOwnLife =
    meta.sdkComponent === 'worker' && (level === 'INFO' || message.startsWith('No workflows'));
  const severity = isOwnLife ? 'debug' : PINO_LEVELS[level];
  log[severity]({ ...fields, ...(error === undefined ? {} : { err: error }) }, message);
}

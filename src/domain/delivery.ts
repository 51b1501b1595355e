export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed', 'cancelled', 'skipped'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];
/** What an alert's message tells. */
export const ALERT_MESSAGE_TYPES = [
  'alert.triggered',
  'alert.recovered',
  'alert.expired',
  'alert.suspended',
  'alert.resumed',
] as const;
export type AlertMessageType = (typeof ALERT_MESSAGE_TYPES)[number];
/** What a message tells; the last two belong to no alert. */
export const MESSAGE_TYPES = [...ALERT_MESSAGE_TYPES, 'webhook.test', 'endpoint.disabled'] as const;
export type MessageType = (typeof MESSAGE_TYPES)[number];
/** Who made an attempt be made: the retry policy, the user by the API, or an operator who reset the workflow. */
export const ATTEMPT_CAUSES = ['schedule', 'user', 'operator'] as const;
export type AttemptCause = (typeof ATTEMPT_CAUSES)[number];
export type AttemptOutcome = 'delivered' | 'failed' | 'unknown';

/** Where an attempt stands in its round: a delivery that is made again begins anew with its limit and its intervals. */
export interface RoundPlace {
  /** From 1. */
  attempt: number;
  limit: number;
  /** When the round began, Unix milliseconds. */
  startedMs: number;
}

/** What went wrong before or instead of an answer. */
export const ERROR_CLASSES = [
  'dns',
  'connect',
  'tls',
  'timeout',
  'reset',
  'blocked',
  'redirect',
  'http',
] as const;
export type ErrorClass = (typeof ERROR_CLASSES)[number];

/** What one HTTP request of a delivery came to. Durations in milliseconds, null where that step was not reached. */
export interface AttemptResult {
  statusCode: number | null;
  errorClass: ErrorClass | null;
  /** A plain sentence; null for a success. Holds no address of the caller's network and no secret. */
  error: string | null;
  durationMs: number;
  dnsMs: number | null;
  connectMs: number | null;
  tlsMs: number | null;
  responseHeaders: Record<string, string> | null;
  responseBody: string | null;
  /** The answer's Retry-After, in milliseconds from its arrival; null where none was given or it can't be read. */
  retryAfterMs: number | null;
}

import type { ColumnType, Generated } from 'kysely';
import type { AttemptCause, DeliveryStatus, MessageType } from '../../domain/delivery';
import type { Market } from '../../domain/quote';
import type { AttemptColumns, GeneratedTime, Time } from './columns';

export interface DeliveriesTable {
  /** `msg_…`, the webhook-id of every attempt. */
  id: string;
  /** Null for messages that belong to no alert. */
  alert_id: string | null;
  user_id: string;
  market: Market;
  type: Generated<MessageType>;
  firing_number: number;
  url: string;
  /** The very bytes that are signed and sent. */
  body: string;
  status: Generated<DeliveryStatus>;
  created_at: GeneratedTime;
  delivered_at: Time | null;
  next_attempt_at: Time | null;
  /** When the alert's workflow was last told of this delivery; null until it was. */
  woken_at: Time | null;
  /** How often it was asked to be made again. */
  round: Generated<number>;
  round_started_at: GeneratedTime;
  /** Attempts of earlier rounds, which do not count against the limit of this one. */
  made_before: Generated<number>;
  /** Instead of the configured limit; null: that one. */
  max_attempts: number | null;
  /** Who asked for the next attempt; null: nobody, it is due. */
  next_cause: Exclude<AttemptCause, 'schedule'> | null;
  /** The workflow run, a reset by an operator, that opened it again. */
  reopened_by: string | null;
  /** The workflow that makes it; null: the one that its round says. */
  carrier: string | null;
  /** Null: JSON. */
  content_type: string | null;
  /** Of what may come again between two firings: when it was, Unix milliseconds; else 0. */
  occasion: ColumnType<string, number | undefined, never>;
}

export interface AttemptsTable extends AttemptColumns {
  delivery_id: string;
  dns_ms: number | null;
  connect_ms: number | null;
  tls_ms: number | null;
  response_headers: ColumnType<Record<string, string> | null, string | null, string | null>;
  cause: Generated<AttemptCause>;
  /** The workflow and its run that made the attempt; null for those of 0.1. */
  workflow_id: string | null;
  run_id: string | null;
  /** But for the signature. */
  request_headers: ColumnType<Record<string, string> | null, string | null, string | null>;
}

/** How the host of a user's webhooks does; there is a row for those that have failed only. */
export interface EndpointsTable {
  id: Generated<string>;
  user_id: string;
  market: Market;
  /** With its port, where that is not the scheme's own. */
  host: string;
  /** The first failure of the present run of them; null: the last attempt succeeded. */
  failing_since: Time | null;
  /** Of the present run; under load some are not counted. */
  failures: Generated<number>;
  last_failure_at: Time | null;
  last_error: string | null;
  last_status_code: number | null;
  /** Exact to a minute. */
  last_success_at: Time | null;
  disabled_at: Time | null;
  /** When its user is to be told that it was disabled; null: nobody needs to. */
  notice_due_at: Time | null;
}

/** Messages to webhooks, the attempts to deliver them, and the endpoints. */
export interface DeliveryTables {
  deliveries: DeliveriesTable;
  attempts: AttemptsTable;
  endpoints: EndpointsTable;
}

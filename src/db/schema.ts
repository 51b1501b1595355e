import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { AlertEvent, AlertStatus } from '../domain/alert';
import type { DetectionState } from '../domain/anomaly';
import type {
  AttemptCause,
  AttemptOutcome,
  DeliveryStatus,
  ErrorClass,
  MessageType,
} from '../domain/delivery';
import type { MessageForm } from '../domain/message';
import type { QualityRule, Severity } from '../domain/quality';
import type { FailureKind, Market, RejectionReason, SourceName } from '../domain/quote';
import type { ReportStatus, ReportStep, StepReport } from '../domain/report';
import type { Rule, RuleCondition } from '../domain/rule';
import type { WatchState } from '../domain/rule-watch';
import type { SlackMessage } from '../domain/slack';

/** `numeric` comes back as a decimal string, so that no digit is lost; numbers are taken in too. */
type Decimal = ColumnType<string, string | number, string | number>;
type Time = ColumnType<Date, Date | string, Date | string>;
type GeneratedTime = ColumnType<Date, Date | string | undefined, Date | string>;
/** `bigint` comes back as a string. */
type BigInteger = ColumnType<string, string | number | bigint, string | number | bigint>;

export interface UsersTable {
  id: Generated<string>;
  /** Null once the user has left. */
  email: string | null;
  is_active: Generated<boolean>;
  created_at: GeneratedTime;
}

/** What a user's webhooks are signed with: the newest, and those that end soon. */
export interface WebhookSecretsTable {
  id: Generated<string>;
  user_id: string;
  /** `v1.<key id>.<base64url>`, encrypted for this user. */
  secret: string;
  created_at: GeneratedTime;
  /** Null for the current one. */
  expires_at: Time | null;
}

export interface ApiKeysTable {
  id: Generated<string>;
  user_id: string;
  /** What its user calls it; `default` for the one of the registration. */
  name: Generated<string>;
  /** The first characters of the key, for people to tell their keys apart. */
  prefix: string;
  /** SHA-256 of the whole key. */
  hash: Buffer;
  created_at: GeneratedTime;
  /** It is refused from then on; null: never by itself. */
  expires_at: Time | null;
  revoked_at: Time | null;
  /** Accurate to a minute or so. */
  last_used_at: Time | null;
}

/** What was answered to requests with an `Idempotency-Key`. */
export interface IdempotencyKeysTable {
  user_id: string;
  key: string;
  request_hash: Buffer;
  /** The very body of the answer. */
  answer: string;
  created_at: GeneratedTime;
}

export interface TicksTable {
  market: Market;
  tick_at: Time;
  published_at: GeneratedTime;
}

export interface QuotesTable {
  seq: GeneratedAlways<string>;
  market: Market;
  ticker: string;
  price: Decimal;
  /** When the oldest of the accepted source quotes was received. */
  quoted_at: Time;
  tick_at: Time;
  source_count: number;
  /** How far the accepted source quotes lie apart, as a fraction of the price. */
  spread: Decimal;
  /** A single source moved farther than MAX_DEVIATION in one tick, and no other confirmed it. */
  is_jump: boolean;
}

/** Partitioned by day (UTC) of `tick_at`; see partitions.ts. */
export interface SourceQuotesTable {
  /** Rises with each publication of a market. */
  seq: Generated<string>;
  market: Market;
  ticker: string;
  source: SourceName;
  price: Decimal;
  /** When the source says that the price was made; null where it does not say. */
  source_time: Time | null;
  received_at: Time;
  tick_at: Time;
  accepted: boolean;
  /** Null for an accepted one. */
  reason: RejectionReason | null;
}

/** How far the raw log on disk has got, and whether it can be written. */
export interface ArchiveStateTable {
  market: Market;
  /** Every source quote up to this `seq` is in the log. */
  appended_seq: ColumnType<string, string | number | bigint | undefined, string | number | bigint>;
  appended_at: Time | null;
  /** Null while it can be written. */
  failing_since: Time | null;
  failure: string | null;
}

export interface CandlesTable {
  market: Market;
  ticker: string;
  minute: Time;
  open: Decimal;
  high: Decimal;
  low: Decimal;
  close: Decimal;
  /** How many published quotes it is made of; 0 where it was imported, or fetched after a gap. */
  quote_count: Generated<number>;
  /** In the coin, as the exchange counted it; null where nobody did. */
  volume: Decimal | null;
  /** The exchanges that it was fetched from after a gap; null where it was not. */
  source: string | null;
}

/** Of one window at one minute; see `WindowStatistics`. */
export interface StatisticsMinuteTable {
  market: Market;
  ticker: string;
  window_minutes: number;
  minute: Time;
  points: number;
  mean: number;
  stddev: number | null;
  change: number | null;
  returns: number;
  volatility: number | null;
  zscore: number | null;
}

/** See `HourStatistics`. */
export interface StatisticsHourTable {
  market: Market;
  ticker: string;
  hour: Time;
  points: number;
  close: number;
  mean: number;
  stddev: number | null;
  change: number | null;
  returns: number;
  volatility: number | null;
}

/** See `Anomaly`. */
export interface AnomaliesTable {
  id: Generated<string>;
  market: Market;
  ticker: string;
  /** `change_1h` */
  rule: string;
  window_minutes: number;
  threshold: number;
  started_at: Time;
  ended_at: Time | null;
  value: number;
  price: number;
  peak: number;
  peak_at: Time;
  /** When it was first found to start, where candles that came late have moved that; null where none have. */
  first_started_at: ColumnType<Date | null, Date | undefined, Date | null>;
}

/** What detection knew at the end of an hour; hours without candles have none. */
export interface AnomalyStatesTable {
  market: Market;
  ticker: string;
  hour: Time;
  state: ColumnType<DetectionState, string, string>;
}

/** Minutes of a ticker in which nothing was published. */
export interface GapsTable {
  id: GeneratedAlways<string>;
  market: Market;
  ticker: string;
  /** The first minute without a quote. */
  from_minute: Time;
  /** The first minute with one again. */
  to_minute: Time;
  /** Minutes before this one were asked for. */
  filled_to: Time;
  /** The first quote after the gap. */
  next_seq: BigInteger;
  /** In a row, for the minutes from `filled_to` on. */
  failures: Generated<number>;
  failure: string | null;
  next_try_at: GeneratedTime;
  closed_at: Time | null;
}

export interface AlertsTable {
  id: Generated<string>;
  user_id: string;
  market: Market;
  ticker: string;
  condition: RuleCondition;
  /** Null where a rule's threshold is none on the price. */
  target_price: Decimal | null;
  webhook_url: string;
  status: Generated<AlertStatus | 'deleted'>;
  /** The alert comes true only on quotes with a greater `seq`. */
  armed_seq: BigInteger;
  /** The last `seq` that the alert's own workflow has looked at. */
  checked_seq: BigInteger;
  firing_number: Generated<number>;
  /** When somebody must have looked at this row by; null: nobody needs to. */
  next_check_at: Time | null;
  created_at: GeneratedTime;
  updated_at: GeneratedTime;
  triggered_at: Time | null;
  triggered_price: Decimal | null;
  /** Null for a plain alert, which waits for one price and fires once. */
  rule: ColumnType<Rule | null, string | null | undefined, string | null>;
  /** The same for alerts that wait for the same; null for plain ones. */
  rule_key: string | null;
  /** Beside `webhook_url`. */
  more_urls: Generated<string[]>;
  message: ColumnType<MessageForm | null, string | null | undefined, string | null>;
  /** A JSON object, encrypted for this user: they may hold secrets. */
  headers: string | null;
  note: string | null;
  labels: ColumnType<Record<string, string> | null, string | null | undefined, string | null>;
  /** What its user is told beside its firings. */
  events: Generated<AlertEvent[]>;
  expires_at: Time | null;
  snoozed_until: Time | null;
  /** Since when its user knows that its ticker has no price; null: it has one, as far as they know. */
  suspended_at: Time | null;
}

/** Where an alert with a rule stands, and what has to be seen before it is looked at again. */
export interface WatchesTable {
  alert_id: string;
  market: Market;
  /** `BTC change_1h` */
  series: string;
  above: number | null;
  below: number | null;
  due_at: Time | null;
  state: ColumnType<WatchState, string, string>;
}

/** What was seen last of a metric of a ticker. */
export interface SeriesTable {
  market: Market;
  /** `BTC change_1h` */
  series: string;
  seen_at: Time;
  unbroken_since: Time;
  value: number;
}

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

export interface AttemptsTable {
  delivery_id: string;
  number: number;
  started_at: GeneratedTime;
  ended_at: Time | null;
  /** Null while the attempt is under way. */
  outcome: AttemptOutcome | null;
  status_code: number | null;
  /** Null for a success, and while nothing is known. */
  error_class: ErrorClass | null;
  error: string | null;
  duration_ms: number | null;
  dns_ms: number | null;
  connect_ms: number | null;
  tls_ms: number | null;
  response_headers: ColumnType<Record<string, string> | null, string | null, string | null>;
  response_body: string | null;
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

/** Alerts whose rows were deleted by hand and whose workflows must be told. */
export interface AlertsGoneTable {
  alert_id: string;
  look_at: GeneratedTime;
}

/** Users who lost a key, perhaps their last, and whose alerts must be looked at. */
export interface KeysLostTable {
  user_id: string;
  at: GeneratedTime;
}

/** What has become of a user's alerts and deliveries; triggers write it, and the stream reads it. See stream-events.ts. */
export interface StreamEventsTable {
  /** The transaction that wrote it. */
  xid: Generated<string>;
  seq: GeneratedAlways<string>;
  user_id: string;
  market: Market;
  /** `alert.created`, `delivery.failed`, … */
  type: string;
  at: GeneratedTime;
  /** JSON: the alert, or the delivery with its last attempt, as it was then. */
  data: string;
}

/** The last event that was deleted for its age; no row: none was. */
export interface StreamTrimmedTable {
  xid: string;
  seq: BigInteger;
}

export interface SourcesTable {
  market: Market;
  name: SourceName;
  last_attempt_at: Time | null;
  last_success_at: Time | null;
  failure: FailureKind | null;
  failure_message: string | null;
  failed_at: Time | null;
  resting_until: Time | null;
  /** Rests in a row without a success between them; the backoff grows with it. */
  rest_count: Generated<number>;
  /** The largest distance of its last quotes from the medians, as a fraction. */
  deviation: Decimal | null;
}

/** What the report of an hour did. */
export interface ReportsTable {
  market: Market;
  hour: Time;
  status: ReportStatus;
  steps: ColumnType<Partial<Record<ReportStep, StepReport>>, string | undefined, string>;
  runs: Generated<number>;
  /** The share of due ticks that had a price; null before it was looked at. */
  quality: number | null;
  started_at: GeneratedTime;
  ended_at: Time | null;
  error: string | null;
  /** Since when there are candles that it was not made of: it is to be reported again; null where there are none. */
  stale_since: ColumnType<Date | null, Date | undefined, Date | null>;
}

export interface ReportStateTable {
  market: Market;
  last_run_at: Time;
}

/** See `Violation`; ticker and source are empty where it is no single one's. */
export interface QualityViolationsTable {
  market: Market;
  hour: Time;
  rule: QualityRule;
  ticker: string;
  source: SourceName | '';
  severity: Severity;
  count: number;
  first_at: Time;
  last_at: Time;
  detail: string;
}

/** How often a source gave no quote in an hour, and why. */
export interface SourceFailuresTable {
  market: Market;
  hour: Time;
  source: SourceName;
  /** Empty where the whole reply was lost. */
  ticker: string;
  failure: FailureKind;
  count: Generated<number>;
  first_at: Time;
  last_at: Time;
  message: string;
}

/** A message to operators; there is one for an event. */
export interface NoticesTable {
  id: Generated<string>;
  market: Market;
  /** `anomaly:…:started`, `past:<hour>`, `alarm:<id>:opened`, … */
  event: string;
  message: ColumnType<SlackMessage, string, string>;
  /** `skipped`: there was nobody to tell, or it was too old; `summarised`: another message tells of it, too. */
  status: 'pending' | 'sent' | 'failed' | 'skipped' | 'summarised';
  created_at: GeneratedTime;
  next_attempt_at: Time | null;
  /** Until then one sender has it; after that it has died. */
  taken_until: Time | null;
  sent_at: Time | null;
}

export interface NoticeAttemptsTable {
  notice_id: string;
  number: number;
  started_at: GeneratedTime;
  ended_at: Time | null;
  /** Null while it is under way. */
  outcome: AttemptOutcome | null;
  status_code: number | null;
  error_class: ErrorClass | null;
  error: string | null;
  duration_ms: number | null;
  response_body: string | null;
}

/** Something is wrong from `opened_at` to `closed_at`; at most one is open for a key. */
export interface AlarmsTable {
  id: Generated<string>;
  market: Market;
  /** `step:snapshot`, `source:kraken`, `schedule:report`, `quality:hour` */
  key: string;
  detail: string;
  opened_at: GeneratedTime;
  closed_at: Time | null;
}

export interface RateBucketsTable {
  key: string;
  tokens: number;
  refilled_at: GeneratedTime;
}

export interface WorkersTable {
  id: string;
  started_at: GeneratedTime;
  seen_at: GeneratedTime;
}

export interface Database {
  users: UsersTable;
  webhook_secrets: WebhookSecretsTable;
  api_keys: ApiKeysTable;
  idempotency_keys: IdempotencyKeysTable;
  ticks: TicksTable;
  quotes: QuotesTable;
  source_quotes: SourceQuotesTable;
  archive_state: ArchiveStateTable;
  candles: CandlesTable;
  statistics_minute: StatisticsMinuteTable;
  statistics_hour: StatisticsHourTable;
  anomalies: AnomaliesTable;
  anomaly_states: AnomalyStatesTable;
  gaps: GapsTable;
  alerts: AlertsTable;
  watches: WatchesTable;
  series: SeriesTable;
  deliveries: DeliveriesTable;
  attempts: AttemptsTable;
  endpoints: EndpointsTable;
  alerts_gone: AlertsGoneTable;
  keys_lost: KeysLostTable;
  stream_events: StreamEventsTable;
  stream_trimmed: StreamTrimmedTable;
  sources: SourcesTable;
  reports: ReportsTable;
  report_state: ReportStateTable;
  quality_violations: QualityViolationsTable;
  source_failures: SourceFailuresTable;
  notices: NoticesTable;
  notice_attempts: NoticeAttemptsTable;
  alarms: AlarmsTable;
  rate_buckets: RateBucketsTable;
  workers: WorkersTable;
}

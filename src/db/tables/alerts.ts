import type { ColumnType, Generated } from 'kysely';
import type { AlertEvent, AlertStatus } from '../../domain/alert';
import type { MessageForm } from '../../domain/message';
import type { Market } from '../../domain/quote';
import type { Rule, RuleCondition } from '../../domain/rule';
import type { WatchState } from '../../domain/rule-watch';
import type { BigInteger, Decimal, GeneratedTime, Time } from './columns';

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

/** Alerts whose rows were deleted by hand and whose workflows must be told. */
export interface AlertsGoneTable {
  alert_id: string;
  look_at: GeneratedTime;
}

/** Alerts, and what those with rules wait for. */
export interface AlertTables {
  alerts: AlertsTable;
  watches: WatchesTable;
  series: SeriesTable;
  alerts_gone: AlertsGoneTable;
}

import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { FailureKind, Market, RejectionReason, SourceName } from '../../domain/quote';
import type { Decimal, GeneratedTime, Time } from './columns';

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

/** What sources said, and the prices that were published of it. */
export interface QuoteTables {
  ticks: TicksTable;
  quotes: QuotesTable;
  source_quotes: SourceQuotesTable;
  sources: SourcesTable;
  archive_state: ArchiveStateTable;
}

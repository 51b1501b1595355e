import type { Generated, GeneratedAlways } from 'kysely';
import type { Market } from '../../domain/quote';
import type { BigInteger, GeneratedTime } from './columns';

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

/** The log of events that the stream reads. */
export interface StreamTables {
  stream_events: StreamEventsTable;
  stream_trimmed: StreamTrimmedTable;
}

import type { ColumnType, Generated } from 'kysely';
import type { Market } from '../../domain/quote';
import type { SlackMessage } from '../../domain/slack';
import type { AttemptColumns, GeneratedTime, Time } from './columns';

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

export interface NoticeAttemptsTable extends AttemptColumns {
  notice_id: string;
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

export interface WorkersTable {
  id: string;
  started_at: GeneratedTime;
  seen_at: GeneratedTime;
}

/** What operators are told, and the processes that run. */
export interface OperationTables {
  notices: NoticesTable;
  notice_attempts: NoticeAttemptsTable;
  alarms: AlarmsTable;
  workers: WorkersTable;
}

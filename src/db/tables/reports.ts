import type { ColumnType, Generated } from 'kysely';
import type { QualityRule, Severity } from '../../domain/quality';
import type { FailureKind, Market, SourceName } from '../../domain/quote';
import type { ReportStatus, ReportStep, StepReport } from '../../domain/report';
import type { GeneratedTime, Time } from './columns';

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

/** The hourly reports, and the quality that they found. */
export interface ReportTables {
  reports: ReportsTable;
  report_state: ReportStateTable;
  quality_violations: QualityViolationsTable;
  source_failures: SourceFailuresTable;
}

/** The steps of an hour's report, in their order. */
export const REPORT_STEPS = [
  'snapshot',
  'validate',
  'statistics',
  'anomalies',
  'persist',
  'notify',
  'upload',
] as const;
export type ReportStep = (typeof REPORT_STEPS)[number];

export type ReportStatus = 'running' | 'done' | 'failed' | 'partial';

/** How one step of an hour did, as it is stored. Times are ISO 8601. */
export interface StepReport {
  status: 'running' | 'retrying' | 'done' | 'failed' | 'skipped';
  started_at: string;
  ended_at: string | null;
  /** Which attempt of Temporal's this was, from 1. */
  attempt: number;
  /** In words, what it did. */
  summary: string | null;
  error: string | null;
}

/** When a step is tried again: intervals that double, in milliseconds. */
export interface StepRetry {
  initialMs: number;
  maximumMs: number;
  attempts: number;
}

export const STEP_RETRY: StepRetry = { initialMs: 5_000, maximumMs: 120_000, attempts: 7 };

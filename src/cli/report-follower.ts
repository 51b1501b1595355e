import type { Kysely } from 'kysely';
import { planHours, type ReportSpan } from '../activities/report';
import { type ReportRow, reportsSince } from '../db/reports';
import type { Database } from '../db/schema';
import type { Market } from '../domain/quote';
import { REPORT_STEPS } from '../domain/report';

/** Sees from the tables how far a run of reports is. */
export class ReportFollower {
  readonly #shown = new Map<number, ReportRow>();
  #expected = 0;

  /** @param show is given each hour once, as soon as it has ended */
  constructor(
    readonly db: Kysely<Database>,
    readonly market: Market,
    readonly startedAt: Date,
    readonly show: (row: ReportRow) => void,
  ) {}

  /** Counts the hours that a run of this span will report. */
  async expect(span: ReportSpan): Promise<void> {
    for (let fromMs = span.fromMs; ; ) {
      const plan = await planHours(this.db, this.market, { ...span, fromMs });
      this.#expected += plan.hours.length + (plan.partialMs === undefined ? 0 : 1);
      if (plan.nextMs === undefined) return;
      fromMs = plan.nextMs;
    }
  }

  /** Shows the hours that have ended since the last look, and says how far the one is that is being reported. */
  async look(): Promise<string> {
    const rows = await reportsSince(this.db, this.market, this.startedAt);
    this.#showEnded(rows);
    // One that was given up in the middle is under way for ever.
    const running = rows
      .filter(({ status }) => status === 'running')
      .sort((one, other) => +other.started_at - +one.started_at)[0];
    const done = this.#shown.size;
    const far = `${done} of ${Math.max(this.#expected, done)} hours`;
    if (running !== undefined) return `${far}; ${describeRunning(running)}`;
    return done === 0 ? `${far}; waiting for a worker` : far;
  }

  /** All hours that have ended since the beginning, the oldest first; those that were not shown yet are. */
  async ended(): Promise<ReportRow[]> {
    this.#showEnded(await reportsSince(this.db, this.market, this.startedAt));
    return [...this.#shown.values()].sort((one, other) => +one.hour - +other.hour);
  }

  #showEnded(rows: ReportRow[]): void {
    for (const row of rows) {
      const isNew = row.ended_at !== null && row.ended_at >= this.startedAt && !this.#shown.has(+row.hour);
      if (!isNew) continue;
      this.#shown.set(+row.hour, row);
      this.show(row);
    }
  }
}

function describeRunning({ hour, steps }: ReportRow): string {
  const name = REPORT_STEPS.findLast((step) => steps[step] !== undefined);
  const step = name && steps[name];
  if (step === undefined) return hour.toISOString();
  const why = step.status === 'retrying' ? `, tried again after: ${step.error}` : '';
  return `${hour.toISOString()} ${name} (attempt ${step.attempt})${why}`.replace(' (attempt 1)', '');
}

import { log } from '@temporalio/activity';
import type { Kysely } from 'kysely';
import { type AlarmContext, setAlarm } from '../db/alarms';
import {
  beginReport,
  endReport,
  failedStep,
  failStep,
  lastHourOver,
  noteRun,
  owedHours,
} from '../db/reports';
import type { Database } from '../db/schema';
import type { Market } from '../domain/quote';
import { REPORT_STEPS, type ReportStep } from '../domain/report';
import { HOUR_MS } from '../domain/statistics-hour';

export interface ReportSpan {
  /** Hours from this time until before the other, Unix milliseconds, whether they are done or not; left out: those that are owed. */
  fromMs?: number;
  toMs?: number;
  /** Whether the hour that is under way is covered, too. */
  partial?: boolean;
}

export interface ReportPlan {
  /** The hours to report now, the oldest first, Unix milliseconds. */
  hours: number[];
  /** The hour that is under way, where it is to be covered. */
  partialMs?: number;
  /** Where the next run goes on; left out where nothing is left of the span. */
  nextMs?: number;
}

export interface EndedHour {
  hourMs: number;
  partial: boolean;
  failures: { step: ReportStep; error: string }[];
}

export interface ReportActivities {
  /** Which hours a run has to report; never more than a day of them. */
  planReport(span: ReportSpan): Promise<ReportPlan>;
  beginHour(input: { hourMs: number }): Promise<void>;
  /** Ends an hour, and opens or closes the alarms of the steps. */
  endHour(input: EndedHour): Promise<void>;
}

const HOURS_AT_ONCE = 24;

/** Which hours a run has to report; it only looks. */
export async function planHours(
  db: Kysely<Database>,
  market: Market,
  { fromMs, toMs, partial = false }: ReportSpan,
): Promise<ReportPlan> {
  const nowMs = Date.now();
  const lastMs = await lastHourOver(db, market, nowMs);
  const underWay = partial ? { partialMs: Math.floor(nowMs / HOUR_MS) * HOUR_MS } : {};
  if (fromMs === undefined) return { hours: await owedHours(db, market, lastMs, HOURS_AT_ONCE), ...underWay };
  const firstMs = Math.floor(fromMs / HOUR_MS) * HOUR_MS;
  const endMs = Math.min(toMs ?? Number.POSITIVE_INFINITY, lastMs + HOUR_MS);
  const count = Math.max(0, Math.ceil((endMs - firstMs) / HOUR_MS));
  const hours = Array.from({ length: Math.min(count, HOURS_AT_ONCE) }, (_, n) => firstMs + n * HOUR_MS);
  if (count > HOURS_AT_ONCE) return { hours, nextMs: firstMs + HOURS_AT_ONCE * HOUR_MS };
  return { hours, ...underWay };
}

/** What surrounds the steps of the hourly reports. */
export function createReportActivities(deps: {
  db: Kysely<Database>;
  alarms: AlarmContext;
}): ReportActivities {
  const { db, alarms } = deps;
  const { market } = alarms;
  return {
    async planReport(span) {
      await noteRun(db, market);
      return await planHours(db, market, span);
    },

    async beginHour({ hourMs }) {
      await beginReport(db, market, new Date(hourMs));
    },

    async endHour({ hourMs, partial, failures }) {
      const hour = new Date(hourMs);
      await db.transaction().execute(async (trx) => {
        for (const { step, error } of failures) await failStep(trx, market, hour, step, error);
        const error = failures.map((failure) => `${failure.step}: ${failure.error}`).join('; ') || null;
        const status = failures.length > 0 ? 'failed' : partial ? 'partial' : 'done';
        await endReport(trx, market, hour, status, error);
        for (const step of REPORT_STEPS) {
          const failed = await failedStep(trx, market, step);
          const detail =
            failed && `The report of the hour of ${failed.hour.toISOString()}: ${failed.error ?? 'unknown'}`;
          await setAlarm(trx, alarms, `step:${step}`, detail);
        }
      });
      for (const { step, error } of failures)
        log.warn(`The step ${step} of ${hour.toISOString()} failed: ${error}`);
    },
  };
}

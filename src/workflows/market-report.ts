import { ApplicationFailure, continueAsNew, proxyActivities } from '@temporalio/workflow';
import type { ReportActivities, ReportSpan } from '../activities/report';
import { STEP_RETRY, type StepRetry } from '../domain/report';
import { type HourResult, reportHour } from './report-hour';

export interface MarketReportInput extends ReportSpan {
  /** When a step is tried again; the usual intervals where it is left out. */
  retry?: StepRetry;
}

export interface MarketReportResult {
  hours: HourResult[];
}

const { planReport } = proxyActivities<ReportActivities>({ startToCloseTimeout: '1m' });

/**
 * Reports hours one after the other, the oldest first: those that are owed, or those of a span. It fails where a step of one of them has
 * failed; the next run takes that hour again.
 */
export async function marketReport(input: MarketReportInput = {}): Promise<MarketReportResult> {
  const { retry = STEP_RETRY, ...span } = input;
  const plan = await planReport(span);
  const hours: HourResult[] = [];
  for (const hourMs of plan.hours) hours.push(await reportHour(hourMs, false, retry));
  if (plan.partialMs !== undefined) hours.push(await reportHour(plan.partialMs, true, retry));
  const failed = hours.filter((hour) => hour.failed.length > 0);
  if (failed.length > 0) {
    const message = failed
      .map(
        ({ hour, failed: steps }) =>
          `${hour}: ${steps.map(({ step, error }) => `${step}: ${error}`).join(', ')}`,
      )
      .join('; ');
    throw ApplicationFailure.create({
      message,
      type: 'ReportFailed',
      nonRetryable: true,
      details: [{ hours }],
    });
  }
  if (plan.nextMs !== undefined) await continueAsNew<typeof marketReport>({ ...input, fromMs: plan.nextMs });
  return { hours };
}

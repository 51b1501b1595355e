import { ApplicationFailure, continueAsNew, proxyActivities } from '@temporalio/workflow';
import type { ReportActivities, ReportSpan } from '../activities/report';
import { STEP_RETRY, type StepRetry } from '../domain/report';
import { type HourResult, reportHour } from './report-hour';

export interface MarketReportInput extends ReportSpan {
  /** When a step is tried again; the usual intervals where it is left out. */
  retry?: StepRetry;
  /** Hours of the span that have failed in the runs that this one continues. */
  failedBefore?: FailedBefore;
}

interface FailedBefore {
  count: number;
  /** Of the first ones. */
  messages: string[];
}

/** A year of failed hours would not fit into a workflow's input. */
const MOST_MESSAGES = 24;

export interface MarketReportResult {
  hours: HourResult[];
}

const { planReport } = proxyActivities<ReportActivities>({ startToCloseTimeout: '1m' });

/**
 * Reports hours one after the other, the oldest first: those that are owed, or those of a span. It fails where a step of one of them has
 * failed, once all of them were reported, or where all hours of a day have failed; the next run takes them again.
 */
export async function marketReport(input: MarketReportInput = {}): Promise<MarketReportResult> {
  const { retry = STEP_RETRY, failedBefore, ...span } = input;
  const plan = await planReport(span);
  const hours: HourResult[] = [];
  for (const hourMs of plan.hours) hours.push(await reportHour(hourMs, false, retry));
  if (plan.partialMs !== undefined) hours.push(await reportHour(plan.partialMs, true, retry));
  const failed = withFailed(failedBefore ?? { count: 0, messages: [] }, hours);
  // Where every hour fails, the hours are not to blame.
  const isHopeless = hours.length > 0 && hours.every((hour) => hour.failed.length > 0);
  if (plan.nextMs !== undefined && !isHopeless) {
    const failedSoFar = failed.count > 0 ? { failedBefore: failed } : {};
    await continueAsNew<typeof marketReport>({ ...input, fromMs: plan.nextMs, ...failedSoFar });
  }
  if (failed.count > 0) {
    const more = failed.count - failed.messages.length;
    const notes = [
      ...(more > 0 ? [`and ${more} more hours`] : []),
      ...(plan.nextMs === undefined ? [] : [`stopped before ${new Date(plan.nextMs).toISOString()}`]),
    ];
    throw ApplicationFailure.create({
      message: [...failed.messages, ...notes].join('; '),
      type: 'ReportFailed',
      nonRetryable: true,
      details: [{ hours }],
    });
  }
  return { hours };
}

function withFailed({ count, messages }: FailedBefore, hours: HourResult[]): FailedBefore {
  const failed = hours
    .filter((hour) => hour.failed.length > 0)
    .map(
      ({ hour, failed: steps }) =>
        `${hour}: ${steps.map(({ step, error }) => `${step}: ${error}`).join(', ')}`,
    );
  return { count: count + failed.length, messages: [...messages, ...failed].slice(0, MOST_MESSAGES) };
}

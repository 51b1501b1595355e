import {
  ActivityFailure,
  type ActivityOptions,
  isCancellation,
  proxyActivities,
  type RetryPolicy,
} from '@temporalio/workflow';
import type { ArchiveActivities } from '../activities/archive';
import type { NoticeActivities } from '../activities/notices';
import type { ReportActivities } from '../activities/report';
import type { DetectedAnomalies, StatisticsActivities } from '../activities/statistics';
import type { UploadActivities } from '../activities/upload';
import type { ValidateActivities } from '../activities/validate';
import type { ReportStep, StepRetry } from '../domain/report';

type HourActivities = ArchiveActivities &
  NoticeActivities &
  ReportActivities &
  StatisticsActivities &
  UploadActivities &
  ValidateActivities;

type ActivityLimits = Pick<ActivityOptions, 'startToCloseTimeout' | 'heartbeatTimeout'>;

export interface HourResult {
  /** ISO 8601. */
  hour: string;
  failed: { step: ReportStep; error: string }[];
}

/**
 * One hour, step by step. Each step works on what is stored: one that failed keeps no other from being made, but for files, which are
 * written for good once both statistics and anomalies are known.
 */
export async function reportHour(hourMs: number, partial: boolean, retry: StepRetry): Promise<HourResult> {
  const hour = new Date(hourMs).toISOString();
  const { initialMs, maximumMs, attempts } = retry;
  const activities = (limits: ActivityLimits, policy: RetryPolicy = {}) =>
    proxyActivities<HourActivities>({
      ...limits,
      summary: partial ? `${hour}, under way` : hour,
      retry: { initialInterval: initialMs, maximumInterval: maximumMs, backoffCoefficient: 2, ...policy },
    });
  // A worker that was killed is not waited for.
  const step = activities(
    { startToCloseTimeout: '10m', heartbeatTimeout: '30s' },
    { maximumAttempts: attempts },
  );
  // Without these nobody would know of the rest; they only need PostgreSQL.
  const always = activities({ startToCloseTimeout: '1m' });
  const failures: HourResult['failed'] = [];

  const attempt = async <T>(name: ReportStep, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      if (isCancellation(error)) throw error;
      failures.push({ step: name, error: reasonOf(error) });
      return undefined;
    }
  };

  await always.beginHour({ hourMs });
  await attempt('snapshot', () => step.snapshotHour({ hourMs, partial }));
  await attempt('validate', () => step.validateHour({ hourMs }));
  const statistics = await attempt('statistics', () => step.computeStatistics({ hourMs }));
  const anomalies = await attempt('anomalies', () => step.detectAnomalies({ hourMs }));
  if (!partial && statistics !== undefined && anomalies !== undefined)
    await attempt('persist', () => step.persistHour({ hourMs }));
  const { started, ended }: DetectedAnomalies = anomalies ?? { started: [], ended: [] };
  await attempt('notify', () => step.notifyHour({ hourMs, partial, started, ended }));
  if (!partial) await attempt('upload', () => step.uploadHour({ hourMs }));
  await always.endHour({ hourMs, partial, failures });
  return { hour, failed: failures };
}

function reasonOf(error: unknown): string {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  return (cause as Error | undefined)?.message ?? 'unknown';
}

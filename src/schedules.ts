import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleOptions,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import type { Config } from './config';
import { TASK_QUEUES } from './domain/task-queues';
import { REPORT_SCHEDULE } from './report-workflows';
import type { IngestQuotesInput } from './workflows/ingest-quotes';
import type { MarketReportInput } from './workflows/market-report';

/** A tick that could not run in its time is not worth running later: no catch-up pile. Temporal's smallest value. */
const CATCHUP_WINDOW = '10s' as const;
/** A report that could not run in its time runs later; it takes all hours that are owed, so that one is enough. */
const REPORT_CATCHUP_WINDOW = '7d' as const;
/** Only with the first tick after it is an hour over. */
const REPORT_OFFSET_MS = 60_000;

function schedules(config: Config): ScheduleOptions[] {
  const policies = { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: CATCHUP_WINDOW };
  const ingestInput: IngestQuotesInput = { sources: [...config.sources] };
  return [
    {
      scheduleId: 'ingest-quotes',
      spec: { intervals: [{ every: config.ingestIntervalMs }] },
      policies,
      action: {
        type: 'startWorkflow',
        workflowType: 'ingestQuotes',
        workflowId: 'ingest-quotes',
        taskQueue: TASK_QUEUES.ingestion,
        args: [ingestInput],
        // A tick that hangs must not keep the following ones from running for long.
        workflowRunTimeout: Math.max(20_000, 2 * config.ingestIntervalMs),
      },
    },
    {
      scheduleId: 'reconcile-alerts',
      spec: { intervals: [{ every: '20s' }] },
      policies,
      action: {
        type: 'startWorkflow',
        workflowType: 'reconcileAlerts',
        workflowId: 'reconcile-alerts',
        taskQueue: TASK_QUEUES.ingestion,
        args: [],
        workflowRunTimeout: '10m',
      },
    },
    {
      scheduleId: REPORT_SCHEDULE,
      spec: {
        intervals: [
          {
            every: config.reportIntervalMs,
            offset: config.reportIntervalMs > REPORT_OFFSET_MS ? REPORT_OFFSET_MS : 0,
          },
        ],
      },
      policies: { overlap: ScheduleOverlapPolicy.BUFFER_ONE, catchupWindow: REPORT_CATCHUP_WINDOW },
      action: {
        type: 'startWorkflow',
        workflowType: 'marketReport',
        workflowId: 'market-report',
        taskQueue: TASK_QUEUES.ingestion,
        args: [{} satisfies MarketReportInput],
        workflowRunTimeout: '12h',
      },
    },
  ];
}

/** Creates the schedules, or brings them up to date with the configuration; one that an operator paused stays paused. */
export async function applySchedules(client: Client, config: Config): Promise<void> {
  for (const options of schedules(config)) {
    try {
      await client.schedule.create(options);
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      await client.schedule.getHandle(options.scheduleId).update((previous) => ({
        spec: options.spec,
        action: options.action as typeof previous.action,
        policies: { ...previous.policies, ...options.policies },
        state: previous.state,
      }));
    }
  }
}

/** Has quotes ingested now instead of at the next full interval, unless an operator paused that. */
export async function ingestNow(client: Client): Promise<void> {
  const schedule = client.schedule.getHandle('ingest-quotes');
  const { state } = await schedule.describe();
  if (!state.paused) await schedule.trigger();
}

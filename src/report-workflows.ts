import type { Client, WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { TASK_QUEUES } from './domain/task-queues';
import type { MarketReportInput, marketReport } from './workflows/market-report';
import type { tellOperators } from './workflows/tell-operators';

export const REPORT_SCHEDULE = 'market-report';
const RUN_WORKFLOW = 'market-report-run';
const TELL_WORKFLOW = 'tell-operators';

/** Starts a report by hand; one that was started by hand and still runs is joined. */
export async function startReport(
  client: Client,
  input: MarketReportInput,
): Promise<WorkflowHandleWithFirstExecutionRunId<typeof marketReport>> {
  return await client.workflow.start<typeof marketReport>('marketReport', {
    taskQueue: TASK_QUEUES.ingestion,
    workflowId: RUN_WORKFLOW,
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: input.fromMs === undefined ? 'By hand' : 'By hand, a span of hours',
    args: [input],
  });
}

/** Has operators told what they were not told yet, unless that is under way. */
export async function startTelling(client: Client): Promise<void> {
  await client.workflow.start<typeof tellOperators>('tellOperators', {
    taskQueue: TASK_QUEUES.ingestion,
    workflowId: TELL_WORKFLOW,
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
}

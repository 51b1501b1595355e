import type { Client, WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import type { ReportWorkflows } from './api/deps';
import { TASK_QUEUES } from './domain/task-queues';
import type { JoinedStack } from './settings';
import { connectTemporal } from './temporal';
import { workflowUrl } from './workflow-url';
import type { MarketReportInput, marketReport } from './workflows/market-report';
import type { tellOperators } from './workflows/tell-operators';

/** The API's way to the workflows of reports. */
export function createReportWorkflows(stack: JoinedStack): ReportWorkflows & { close(): Promise<void> } {
  const temporal = connectTemporal(stack.temporal, stack.config.temporalCodec);
  return {
    async run() {
      const handle = await startReport(temporal.client, { partial: true });
      return { workflowId: handle.workflowId, runId: handle.firstExecutionRunId };
    },
    urlOf: (workflowId, runId) => workflowUrl(stack, workflowId, runId),
    close: () => temporal.close(),
  };
}

export const REPORT_SCHEDULE = 'market-report';
const RUN_WORKFLOW = 'market-report-run';
const TELL_WORKFLOW = 'tell-operators';

/** Different spans are reported beside each other; each step of theirs is safe to repeat. */
function runWorkflowId({ fromMs, toMs }: MarketReportInput): string {
  const span = [fromMs, toMs].filter((timeMs) => timeMs !== undefined);
  return [RUN_WORKFLOW, ...span.map((timeMs) => new Date(timeMs).toISOString())].join('-');
}

/** Starts a report by hand; one of the same hours that was started by hand and still runs is joined. */
export async function startReport(
  client: Client,
  input: MarketReportInput,
): Promise<WorkflowHandleWithFirstExecutionRunId<typeof marketReport>> {
  return await client.workflow.start<typeof marketReport>('marketReport', {
    taskQueue: TASK_QUEUES.ingestion,
    workflowId: runWorkflowId(input),
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

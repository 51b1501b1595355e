import { activityInfo } from '@temporalio/activity';

/**
 * The run of a workflow that this activity belongs to.
 * @throws Error outside a workflow
 */
export function thisRun(): { workflowId: string; runId: string } {
  const { workflowExecution } = activityInfo();
  if (workflowExecution === undefined) throw new Error('This activity runs within a workflow');
  return workflowExecution;
}

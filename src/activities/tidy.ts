import type { Client } from '@temporalio/client';
import { GRPC, isRefusal } from '../grpc-errors';

/** How long the histories of ticks and the like can be looked at: there are thousands a day, and each is like the other. */
const KEEP_MS = 3_600_000;
const PAGE = 200;

/**
 * Deletes the histories of service workflows that closed more than an hour ago, a page at a time; those of alerts stay for the
 * namespace's retention. Without this, ticks alone would fill Temporal's database with some 350 MB a day.
 * @returns how many were deleted
 */
export async function deleteOldTicks(
  { workflowService, options }: Client,
  keepMs = KEEP_MS,
): Promise<number> {
  const { namespace } = options;
  const query = [
    `WorkflowType IN ('ingestQuotes', 'reconcileAlerts', 'wakeAlerts', 'fillGaps')`,
    `ExecutionStatus != 'Running'`,
    `CloseTime < '${new Date(Date.now() - keepMs).toISOString()}'`,
  ].join(' AND ');
  const { executions } = await workflowService.listWorkflowExecutions({ namespace, query, pageSize: PAGE });
  for (const { execution } of executions) {
    await workflowService
      .deleteWorkflowExecution({ namespace, workflowExecution: execution })
      .catch(unlessGone);
  }
  return executions.length;
}

/** The list lags behind: what it names may be deleted already. */
function unlessGone(error: unknown): void {
  if (!isRefusal(error, GRPC.notFound)) throw error;
}

import type { JoinedStack } from './settings';

/** Where Temporal's Web UI shows a workflow, or one run of it; null where nobody says where that is. */
export function workflowUrl(stack: JoinedStack, workflowId: string, runId?: string): string | null {
  const { temporalUiUrl } = stack.config;
  if (temporalUiUrl === undefined) return null;
  const path = ['namespaces', stack.temporal.namespace ?? 'default', 'workflows', workflowId, runId];
  return [temporalUiUrl, ...path.filter((part) => part !== undefined).map(encodeURIComponent)].join('/');
}

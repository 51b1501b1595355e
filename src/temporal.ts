import { Client, Connection, type WorkflowStartOptions } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import type { ClientConnectConfig } from '@temporalio/envconfig';
import { OpenTelemetryWorkflowClientInterceptor } from '@temporalio/interceptors-opentelemetry/lib/client';
import { requestIdInterceptor } from './caller';
import { type CodecKeys, dataConverterOf } from './codec';
import type { Config } from './config';
import type { AlertToStart } from './db/wakes';
import { fallbackIntervals } from './domain/retry';
import { plainRule } from './domain/rule';
import { ruleText } from './domain/rule-text';
import { SEARCH_ATTRIBUTES } from './domain/search-attributes';
import { TASK_QUEUES } from './domain/task-queues';
import { parseUrl } from './parse-url';
import { isTracing } from './tracing';
import type { priceAlert } from './workflows/price-alert';

export interface TemporalConnection {
  client: Client;
  connection: Connection;
  close(): Promise<void>;
}

/**
 * A client of the Temporal that the settings name, which encrypts what the codec's keys ask for; it connects at its first
 * call and again whenever that is needed.
 */
export function connectTemporal(config: ClientConnectConfig, codec?: CodecKeys): TemporalConnection {
  const connection = Connection.lazy(config.connectionOptions);
  const dataConverter = dataConverterOf(codec);
  const traced = isTracing() ? [new OpenTelemetryWorkflowClientInterceptor()] : [];
  const interceptors = { workflow: [...traced, requestIdInterceptor] };
  const client = new Client({ connection, namespace: config.namespace, dataConverter, interceptors });
  return { client, connection, close: () => connection.close() };
}

/** The workflow id of an alert. */
export const alertWorkflowId = (alertId: string) => `alert-${alertId}`;

/** The workflow of an alert, by its name: importing the workflow itself would load its code into this process. */
export const alertWorkflowType = ({ byChildren }: Pick<AlertToStart, 'byChildren'>) =>
  byChildren ? 'watchAlert' : 'priceAlert';

/**
 * How an alert's workflow is started, by whoever starts it. Rows, not workflow ids, prevent repeats: one that runs is
 * used, and one that failed or was terminated can be started again.
 */
export function alertWorkflowOptions(
  alert: AlertToStart,
  webhook: Config['webhook'],
): WorkflowStartOptions<typeof priceAlert> {
  const rule = alert.rule ?? plainRule(alert);
  return {
    taskQueue: TASK_QUEUES.alerts,
    workflowId: alertWorkflowId(alert.id),
    workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
    workflowIdConflictPolicy: 'USE_EXISTING',
    // One user's flood queues behind itself.
    priority: { fairnessKey: alert.ownerId },
    args: [
      {
        alertId: alert.id,
        ownerId: alert.ownerId,
        retry: fallbackIntervals(webhook),
        attemptTimeoutMs: webhook.timeoutMs,
        version: 3,
      },
    ],
    staticSummary: `${ruleText(alert.ticker, rule)} → ${originOf(alert.webhookUrl)}`,
    typedSearchAttributes: new TypedSearchAttributes([
      { key: SEARCH_ATTRIBUTES.ticker, value: alert.ticker },
      { key: SEARCH_ATTRIBUTES.condition, value: alert.condition },
      { key: SEARCH_ATTRIBUTES.target, value: rule.bounds[0] },
      { key: SEARCH_ATTRIBUTES.owner, value: alert.ownerId },
      { key: SEARCH_ATTRIBUTES.status, value: 'active' },
    ]),
  };
}

/** The origin only: paths and queries of webhook URLs often hold secrets. The error of one that can't be read would hold all of it. */
function originOf(url: string): string {
  return parseUrl(url)?.origin ?? 'no URL';
}

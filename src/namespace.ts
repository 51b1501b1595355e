import { setTimeout as sleep } from 'node:timers/promises';
import { temporal } from '@temporalio/proto';
import { SEARCH_ATTRIBUTES } from './domain/search-attributes';
import { GRPC, isRefusal } from './grpc-errors';
import type { TemporalConnection } from './temporal';

const VALUE_TYPES = {
  KEYWORD: temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  DOUBLE: temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_DOUBLE,
};

/** A protobuf duration; its type wants a Long, its encoder takes a number. */
const seconds = (days: number) => ({ seconds: (days * 86_400) as never });

/**
 * Registers the search attributes of alert workflows in a connection's namespace; safe to repeat.
 * @throws what Temporal says, for instance where the caller may not register attributes (Temporal Cloud: do it there)
 */
export async function registerSearchAttributes({
  client,
  connection,
}: Pick<TemporalConnection, 'client' | 'connection'>): Promise<void> {
  const { namespace } = client.options;
  for (const { name, type } of Object.values(SEARCH_ATTRIBUTES)) {
    try {
      const searchAttributes = { [name]: VALUE_TYPES[type] };
      await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
    } catch (error) {
      if (!isRefusal(error, GRPC.alreadyExists)) throw error;
    }
  }
}

const KNOWN_WITHIN_MS = 60_000;

/**
 * Makes a connection's namespace where there is none, and waits until the server takes calls for it; one that is there is left as it is.
 * @throws what Temporal says, for instance where the server does not know the new namespace within a minute
 */
export async function registerNamespace(
  { client, connection }: TemporalConnection,
  retentionDays: number,
): Promise<void> {
  const { namespace } = client.options;
  try {
    await connection.workflowService.describeNamespace({ namespace });
  } catch (error) {
    if (!isRefusal(error, GRPC.notFound)) throw error;
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: seconds(retentionDays),
    });
    await untilKnown(connection, namespace);
  }
}

/** A server looks for new namespaces every few seconds; until then all but their description is "not found". */
async function untilKnown(connection: TemporalConnection['connection'], namespace: string): Promise<void> {
  const deadline = Date.now() + KNOWN_WITHIN_MS;
  while (true) {
    try {
      await connection.workflowService.listSchedules({ namespace, maximumPageSize: 1 });
      return;
    } catch (error) {
      if (!isRefusal(error, GRPC.notFound) || Date.now() > deadline) throw error;
    }
    await sleep(250);
  }
}

/** Sets how long a connection's namespace keeps the histories of closed workflows. */
export async function setRetention({ client, connection }: TemporalConnection, days: number): Promise<void> {
  await connection.workflowService.updateNamespace({
    namespace: client.options.namespace,
    config: { workflowExecutionRetentionTtl: seconds(days) },
  });
}

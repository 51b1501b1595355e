import { isGrpcServiceError } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { SEARCH_ATTRIBUTES } from './domain/search-attributes';
import type { TemporalConnection } from './temporal';

const VALUE_TYPES = {
  KEYWORD: temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  DOUBLE: temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_DOUBLE,
};

const GRPC_ALREADY_EXISTS = 6;

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
      if (!(isGrpcServiceError(error) && error.code === GRPC_ALREADY_EXISTS)) throw error;
    }
  }
}

/** Sets how long a connection's namespace keeps the histories of closed workflows. */
export async function setRetention({ client, connection }: TemporalConnection, days: number): Promise<void> {
  await connection.workflowService.updateNamespace({
    namespace: client.options.namespace,
    config: { workflowExecutionRetentionTtl: { seconds: (days * 86_400) as never } },
  });
}

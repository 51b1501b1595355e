import { randomBytes } from 'node:crypto';
import type { Client, Connection } from '@temporalio/client';
import type { ClientConnectConfig } from '@temporalio/envconfig';
import { registerSearchAttributes } from '../../src/namespace';
import { connectTemporal } from '../../src/temporal';
import { eventually } from './eventually';

export interface TestNamespace {
  connection: Connection;
  client: Client;
  namespace: string;
  address: string;
  /** The same as settings, for what connects by itself. */
  config: ClientConnectConfig & { namespace: string };
  close(): Promise<void>;
}

/** A namespace of this suite's own on the run's Temporal server, with the search attributes of alerts. */
export async function createTestNamespace(): Promise<TestNamespace> {
  const address = process.env.TEST_TEMPORAL_ADDRESS;
  if (!address) throw new Error('TEST_TEMPORAL_ADDRESS is not set: run the tests through jest');
  const namespace = `test-${randomBytes(6).toString('hex')}`;
  const config = { connectionOptions: { address }, namespace };
  const temporal = connectTemporal(config);
  const { client, connection, close } = temporal;
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  // The server's parts hear of a new namespace one after the other.
  await eventually(() => registerSearchAttributes(temporal));
  return { connection, client, namespace, address, config, close };
}

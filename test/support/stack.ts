import { DefaultLogger, Runtime } from '@temporalio/worker';
import pino from 'pino';
import { readConfig } from '../../src/config';
import type { JoinedStack } from '../../src/settings';
import { TEST_SECRETS_KEY } from './secrets';

/** A logger for tests: what is worse than a warning is seen, the rest is not. */
export const testLog = pino({ level: process.env.TEST_LOG_LEVEL ?? 'error' });

/** The configuration of a stack on the given parts, with the replay market and webhooks to loopback allowed. */
export function testStack(
  parts: { databaseUrl: string; temporalAddress: string; namespace?: string },
  env: Record<string, string> = {},
): JoinedStack {
  const config = readConfig(
    {
      DATABASE_URL: parts.databaseUrl,
      SECRETS_KEY: TEST_SECRETS_KEY,
      MARKET: 'replay',
      BACKFILL_AT_START: '0s',
      WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8',
      WEBHOOK_RETRY_INITIAL: '300ms',
      ...env,
    },
    true,
  );
  return {
    config: config as JoinedStack['config'],
    temporal: {
      connectionOptions: { address: parts.temporalAddress },
      namespace: parts.namespace ?? 'default',
    },
  };
}

/** Keeps Temporal's SDK from writing to the terminal; once a process, before the first worker. */
export function quietRuntime(): void {
  // What the SDK's core has to say does not pass through the logger.
  const logging = { filter: { core: 'ERROR', other: 'ERROR' } } as const;
  Runtime.install({ shutdownSignals: [], logger: new DefaultLogger('ERROR'), telemetryOptions: { logging } });
}

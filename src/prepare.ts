import { connectDatabase } from './db/connect';
import { migrate } from './db/migrate';
import { cleanFiles } from './db/secret-files';
import { sealHeadersAnew, sealSecrets } from './db/webhook-secrets';
import { registerNamespace, registerSearchAttributes, setRetention } from './namespace';
import { applySchedules } from './schedules';
import { assertKeysFit } from './secrets-fit';
import type { JoinedStack } from './settings';
import { connectTemporal } from './temporal';
import { createSecretBox } from './webhooks/secret-box';

/** How long closed workflows can be looked up in Temporal; the delivery log in PostgreSQL stays for good. */
const RETENTION_DAYS = 30;

/**
 * Brings the database's schema up to date, and has every webhook secret and every alert's own headers encrypted with the first of
 * the keys.
 * @param onLeft hears what the next time has to finish
 * @returns the migrations that were applied
 * @throws ConfigError where the keys do not open what is stored
 */
export async function prepareDatabase(
  config: { databaseUrl: string; secretsKeys: readonly string[] },
  onLeft: (what: string) => void,
): Promise<string[]> {
  const db = connectDatabase(config.databaseUrl, { maxConnections: 2, onIdleError: () => {} });
  const box = createSecretBox(config.secretsKeys);
  try {
    const applied = await migrate(db);
    await assertKeysFit(db, box);
    await sealSecrets(db, box);
    await cleanFiles(db, onLeft);
    await sealHeadersAnew(db, box);
    return applied;
  } finally {
    await db.destroy();
  }
}

/**
 * Brings Temporal up to date: the namespace, what operators search by, and the schedules. The retention is set where
 * the namespace is ours: made here, or the embedded server's.
 * @param onRefused hears what could not be registered on a Temporal that is not embedded, where that may be forbidden
 */
export async function prepareTemporal(stack: JoinedStack, onRefused: (what: string) => void): Promise<void> {
  const { config } = stack;
  const temporal = connectTemporal(stack.temporal, stack.config.temporalCodec);
  try {
    await temporal.connection.ensureConnected();
    const attempt = async (what: string, step: () => Promise<void>) => {
      try {
        await step();
      } catch (error) {
        if (config.embedded.temporal) throw error;
        onRefused(`${what}: ${(error as Error).message}`);
      }
    };
    await attempt('The namespace could not be registered', () => registerNamespace(temporal, RETENTION_DAYS));
    await attempt('The search attributes could not be registered', () => registerSearchAttributes(temporal));
    if (config.embedded.temporal) await setRetention(temporal, RETENTION_DAYS);
    await applySchedules(temporal.client, config);
  } finally {
    await temporal.close();
  }
}

import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import { ConfigError } from './config';
import type { Database } from './db/schema';
import { missingKeyIds } from './db/webhook-secrets';
import type { SecretBox } from './webhooks/secret-box';

/** @throws ConfigError where a webhook secret in the database needs a key that SECRETS_KEY does not hold */
export async function assertKeysFit(db: Kysely<Database>, box: SecretBox): Promise<void> {
  const missing = await missingKeyIds(db, box.keyIds);
  if (missing.length === 0) return;
  throw new ConfigError(
    `SECRETS_KEY (or secrets.key in DATA_DIR) is not what the stored webhook secrets were encrypted with; ` +
      `missing: the key with the id ${missing.join(', ')}, there: ${box.keyIds.join(', ')}. ` +
      'Set it to the key of before, or, to change the key, to the new and the old one separated by a comma',
  );
}

/**
 * As `assertKeysFit`, for a process that starts without a database, too: what could not be asked is told by the log.
 * @throws ConfigError
 */
export async function assertKeysFitIfReachable(
  db: Kysely<Database>,
  box: SecretBox,
  log: Logger,
): Promise<void> {
  try {
    await assertKeysFit(db, box);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    log.warn({ err: error }, 'Whether SECRETS_KEY opens the stored webhook secrets could not be asked');
  }
}

import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Config, ConfigError } from './config';
import { readSecretsKeys } from './config-keys';

const MAKE_ONE = 'make one with `openssl rand -base64 32`';

const fileOf = (dataDir: string) => join(dataDir, 'secrets.key');

/**
 * The keys of webhook secrets, in hex: those of SECRETS_KEY, or else, where a part of the stack is embedded, the one that is
 * kept in its data directory.
 * @throws ConfigError where there is none
 */
export function findSecretsKeys(config: Config): string[] {
  if (config.secretsKeys !== undefined) return [...config.secretsKeys];
  if (!config.embedded.postgres && !config.embedded.temporal) {
    throw new ConfigError(
      `SECRETS_KEY is not set; allowed where no part is embedded: 32 bytes in base64 or hex, the same for all processes (${MAKE_ONE})`,
    );
  }
  const file = fileOf(config.dataDir);
  const keys = readKeyFile(file);
  if (keys !== undefined) return keys;
  throw new ConfigError(
    `SECRETS_KEY is not set and there is no ${file}; allowed: set it, or run \`npm start\` first`,
  );
}

/**
 * As `findSecretsKeys`, for the start of an embedded stack: makes the key of the data directory where there is none.
 * @throws ConfigError
 */
export function findOrMakeSecretsKeys(config: Config): string[] {
  const { embedded, secretsKeys, dataDir } = config;
  if (secretsKeys === undefined && (embedded.postgres || embedded.temporal)) makeKeyFile(fileOf(dataDir));
  return findSecretsKeys(config);
}

function readKeyFile(file: string): string[] | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ConfigError(
      `SECRETS_KEY is not set and ${file} can't be read: ${(error as Error).message}; allowed: set it, or make the file readable`,
    );
  }
  const keys = readSecretsKeys(text.trim());
  if (keys !== undefined) return keys;
  throw new ConfigError(
    `SECRETS_KEY is not set and ${file} holds no key; allowed: 32 bytes in base64 or hex. Put back the file as it was: nothing else opens the stored webhook secrets`,
  );
}

/** Whole or not at all, also at a power cut, and never over one that is there: without it, no stored secret can be read. */
function makeKeyFile(file: string): void {
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  const descriptor = openSync(draft, 'wx', 0o600);
  try {
    writeSync(descriptor, `${randomBytes(32).toString('base64')}\n`);
    fsyncSync(descriptor);
    linkSync(draft, file);
    syncFolder(dirname(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    closeSync(descriptor);
    rmSync(draft, { force: true });
  }
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

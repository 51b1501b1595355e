import { existsSync } from 'node:fs';
import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig';
import { type Config, ConfigError, readConfig } from './config';
import type { Market } from './domain/quote';
import { findSecretsKeys } from './secrets-key';
import { readStackFile } from './stack-file';

export interface Settings {
  config: Config;
  /** Where Temporal is, as `@temporalio/envconfig` reads it; undefined where it is embedded. */
  temporal: ClientConnectConfig | undefined;
}

/** Takes in `.env`, for what the environment does not name. */
export function loadEnvironment(): void {
  if (existsSync('.env')) process.loadEnvFile('.env');
}

/**
 * The settings of this process: `.env`, the environment and `temporal.toml`.
 * @throws ConfigError for a bad value
 */
export function loadSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  if (env === process.env) loadEnvironment();
  const temporal = temporalFromEnvironment(env);
  return { config: readConfig(env, temporal !== undefined), temporal };
}

/** What a process needs to join a stack that runs already: where its parts are, and which market it follows. */
export interface JoinedStack {
  config: Config & { databaseUrl: string; market: 'live' | 'replay'; secretsKeys: string[] };
  temporal: ClientConnectConfig;
}

/**
 * The settings for a process that starts alone (a worker, an API, a command): whatever the environment does not
 * name is taken from the embedded stack that runs on the same `DATA_DIR`.
 * @throws ConfigError when a part is neither configured nor running
 */
export function joinStack({ config, temporal }: Settings): JoinedStack {
  const running = readStackFile(config.dataDir);
  const databaseUrl = config.databaseUrl ?? running?.databaseUrl;
  const connection =
    temporal ??
    (running && {
      connectionOptions: { address: running.temporalAddress },
      namespace: running.temporalNamespace,
    });
  if (databaseUrl === undefined || connection === undefined) {
    const missing = databaseUrl === undefined ? 'DATABASE_URL' : 'TEMPORAL_ADDRESS';
    throw new ConfigError(
      `${missing} is not set and no stack runs on ${config.dataDir}; allowed: set it, or run \`npm start\` first`,
    );
  }
  const market = config.market === 'auto' ? running?.market : config.market;
  if (market === undefined) {
    throw new ConfigError('MARKET is "auto"; allowed where no embedded stack runs: live, replay');
  }
  return {
    config: {
      ...config,
      databaseUrl,
      market,
      secretsKeys: findSecretsKeys(config),
      baseUrls: { ...config.baseUrls, ...running?.baseUrls },
    },
    temporal: connection,
  };
}

/** What a command needs that works on the database alone. */
export interface JoinedDatabase {
  config: Config;
  databaseUrl: string;
  market: Market;
}

/**
 * The database and the market of this configuration, taken from the embedded stack where the environment names none.
 * @param market instead of the configured one
 * @throws ConfigError where there is no database, or nobody says which market
 */
export function joinDatabase({ config }: Settings, market?: Market): JoinedDatabase {
  const running = readStackFile(config.dataDir);
  const databaseUrl = config.databaseUrl ?? running?.databaseUrl;
  if (databaseUrl === undefined) {
    throw new ConfigError(
      `DATABASE_URL is not set and no stack runs on ${config.dataDir}; allowed: set it, or run \`npm start\` first`,
    );
  }
  const followed = market ?? (config.market === 'auto' ? running?.market : config.market);
  if (followed === undefined) {
    throw new ConfigError('MARKET is "auto"; allowed where no embedded stack runs: live, replay');
  }
  return { config, databaseUrl, market: followed };
}

function temporalFromEnvironment(env: NodeJS.ProcessEnv): ClientConnectConfig | undefined {
  const overrideEnvVars = Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
  try {
    const loaded = loadClientConnectConfig({ overrideEnvVars });
    return loaded.connectionOptions.address === undefined ? undefined : loaded;
  } catch (error) {
    throw new ConfigError(`TEMPORAL_* or temporal.toml can't be read: ${(error as Error).message}`);
  }
}

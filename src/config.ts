import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import type { CodecKeys } from './codec';
import {
  anomalyRules,
  baseUrl,
  buildId,
  choice,
  deploymentName,
  duration,
  durations,
  emails,
  flag,
  fraction,
  integer,
  listenAddress,
  networks,
  optionalUrl,
  ports,
  proxyUrl,
  s3Bucket,
  s3Prefix,
  slackUrl,
  sources,
  tickers,
  windows,
  withoutUserInfo,
} from './config-fields';
import { codecKeys, secretsKeys } from './config-keys';
import { type RuleSetting, ruleText } from './domain/anomaly-rules';
import { type Market, SOURCE_NAMES, type SourceName } from './domain/quote';

/** The symbol that each source uses for a ticker; a source that does not list the ticker is left out. */
export type SymbolTable = Record<string, Partial<Record<SourceName, string>>>;

export type Config = Readonly<z.infer<typeof configSchema>> & {
  readonly embedded: { readonly postgres: boolean; readonly temporal: boolean };
  readonly symbols: SymbolTable;
};

/** Thrown for a bad setting; the message names each variable, what it was and what is allowed. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

const symbolTable = z.record(z.string(), z.partialRecord(z.enum(SOURCE_NAMES), z.string().min(1)));

/** Every variable that Pricehook reads, by its name in the environment. Units are in the keys of `Config`. */
const variables = {
  HOST: z.string().default('127.0.0.1'),
  PORT: integer(8000, 1, 65535),
  DATA_DIR: z
    .string()
    .default('.pricehook')
    .transform((path) => resolve(path)),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'a postgres:// URL' }).optional(),
  SECRETS_KEY: secretsKeys.optional(),
  TEMPORAL_PORT: integer(7233, 1, 65535),
  TEMPORAL_UI_PORT: integer(8233, 1, 65535),
  TEMPORAL_CLI_PATH: z.string().optional(),
  TEMPORAL_CODEC_KEY: codecKeys.optional(),
  TEMPORAL_CODEC_PORT: integer(8234, 1, 65535),
  TEMPORAL_UI_URL: optionalUrl("the http or https URL of Temporal's Web UI"),
  MARKET: choice(['live', 'replay', 'auto'], 'auto').optional(),
  TICKERS: tickers,
  SYMBOLS_FILE: z.string().default(resolve(__dirname, '../config/symbols.json')),
  SOURCES: sources,
  BINANCE_BASE_URL: baseUrl('https://data-api.binance.vision'),
  COINGECKO_BASE_URL: baseUrl('https://api.coingecko.com'),
  COINBASE_BASE_URL: baseUrl('https://api.exchange.coinbase.com'),
  KRAKEN_BASE_URL: baseUrl('https://api.kraken.com'),
  OKX_BASE_URL: baseUrl('https://www.okx.com'),
  BYBIT_BASE_URL: baseUrl('https://api.bybit.com'),
  COINGECKO_INTERVAL: duration('5m', 1_000, 86_400_000),
  COINGECKO_API_KEY: z.string().optional(),
  INGEST_INTERVAL: duration('10s', 1_000, 3_600_000),
  QUOTE_TTL: duration('15s', 1_000, 3_600_000),
  BACKFILL_AT_START: duration('24h', 0, 604_800_000),
  QUOTE_RETENTION: duration('7d', 86_400_000, 3_650 * 86_400_000),
  TICK_RETENTION: duration('7d', 86_400_000, 3_650 * 86_400_000),
  STATISTICS_RETENTION: duration('90d', 86_400_000, 3_650 * 86_400_000),
  ANOMALY_STATE_RETENTION: duration('30d', 86_400_000, 3_650 * 86_400_000),
  MIN_SOURCES: integer(1, 1, SOURCE_NAMES.length),
  MAX_DEVIATION: z
    .string()
    .default('0.02')
    .refine((text) => /^0?\.\d+$/.test(text) && Number(text) > 0, {
      error: 'a fraction above 0 and below 1, such as 0.02',
    })
    .transform(Number),
  STATISTICS_WINDOWS: windows,
  ANOMALY_RULES: anomalyRules,
  ANOMALY_COOLDOWN: duration('1h', 0, 604_800_000),
  REPORT_INTERVAL: duration('1h', 60_000, 86_400_000),
  QUALITY_THRESHOLD: fraction('0.9', 1),
  SLACK_WEBHOOK_URL: slackUrl.optional(),
  PUBLIC_URL: optionalUrl('the http or https URL under which people open Pricehook'),
  OPERATOR_EMAILS: emails,
  WEBHOOK_MAX_ATTEMPTS: integer(4, 1, 100),
  WEBHOOK_RETRY_INITIAL: duration('10s', 100, 86_400_000),
  WEBHOOK_RETRY_MAX: duration('600s', 100, 604_800_000),
  WEBHOOK_RETRY_SCHEDULE: durations(99, 100, 604_800_000).optional(),
  WEBHOOK_RETRY_JITTER: fraction('0.1', 0.5),
  WEBHOOK_MAX_AGE: duration('24h', 60_000, 2_592_000_000),
  WEBHOOK_TIMEOUT: duration('10s', 100, 60_000),
  WEBHOOK_TLS_VERIFY: flag(true),
  WEBHOOK_ALLOWED_NETWORKS: networks.optional(),
  WEBHOOK_ALLOWED_PORTS: ports,
  WEBHOOK_PROXY: proxyUrl.optional(),
  DELIVERY_LOG_RETENTION: duration('90d', 86_400_000, 315_360_000_000),
  ENDPOINT_DISABLE_FAILURES: integer(20, 1, 10_000),
  ENDPOINT_DISABLE_AFTER: duration('24h', 1_000, 2_592_000_000),
  MAX_ALERTS_PER_USER: integer(1_000, 1, 1_000_000),
  STREAM_MAX_CLIENTS: integer(2_000, 1, 8_000),
  STREAM_MAX_CLIENTS_PER_USER: integer(20, 1, 8_000),
  RATE_LIMITS: choice(['on', 'off'], 'on').transform((text) => text === 'on'),
  TRUST_PROXY: integer(0, 0, 10),
  S3_BUCKET: s3Bucket.optional(),
  S3_ENDPOINT: optionalUrl('the http or https URL of a server that speaks S3'),
  S3_PREFIX: s3Prefix,
  S3_REGION: z.string().default('us-east-1'),
  AWS_ACCESS_KEY_ID: z.string().optional(),
  AWS_SECRET_ACCESS_KEY: z.string().optional(),
  AWS_SESSION_TOKEN: z.string().optional(),
  WORKER_METRICS_ADDRESS: listenAddress.optional(),
  SHUTDOWN_DELAY: duration('0s', 0, 600_000),
  WORKER_BUILD_ID: buildId.optional(),
  WORKER_DEPLOYMENT: deploymentName,
  LOG_LEVEL: choice(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'info'),
  LOG_FORMAT: choice(['auto', 'json', 'pretty'], 'auto'),
};

export type VariableName = keyof typeof variables;

/** The names of all variables, for documents to be held to. */
export const VARIABLE_NAMES = Object.keys(variables) as VariableName[];

/** Variables that mean something when they are set to nothing; for all others, empty is the same as unset. */
const MEANINGFUL_WHEN_EMPTY = new Set(['WEBHOOK_ALLOWED_NETWORKS', 'ANOMALY_RULES']);

/** Variables whose values `pricehook config` and errors never show. */
export const SECRET_VARIABLES = new Set([
  'DATABASE_URL',
  'SECRETS_KEY',
  'COINGECKO_API_KEY',
  'SLACK_WEBHOOK_URL',
  'TEMPORAL_API_KEY',
  'TEMPORAL_CODEC_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
]);

const configSchema = z.object(variables).transform((v) => ({
  host: v.HOST,
  port: v.PORT,
  dataDir: v.DATA_DIR,
  databaseUrl: v.DATABASE_URL,
  secretsKeys: v.SECRETS_KEY,
  temporalPort: v.TEMPORAL_PORT,
  temporalUiPort: v.TEMPORAL_UI_PORT,
  temporalCliPath: v.TEMPORAL_CLI_PATH,
  temporalCodec: v.TEMPORAL_CODEC_KEY as CodecKeys | undefined,
  temporalCodecPort: v.TEMPORAL_CODEC_PORT,
  temporalUiUrl: v.TEMPORAL_UI_URL,
  market: v.MARKET as Market | 'auto',
  tickers: v.TICKERS,
  symbolsFile: v.SYMBOLS_FILE,
  sources: v.SOURCES,
  baseUrls: {
    binance: v.BINANCE_BASE_URL,
    coingecko: v.COINGECKO_BASE_URL,
    coinbase: v.COINBASE_BASE_URL,
    kraken: v.KRAKEN_BASE_URL,
    okx: v.OKX_BASE_URL,
    bybit: v.BYBIT_BASE_URL,
  } satisfies Record<SourceName, string>,
  coingecko: { intervalMs: v.COINGECKO_INTERVAL, apiKey: v.COINGECKO_API_KEY },
  ingestIntervalMs: v.INGEST_INTERVAL,
  quoteTtlMs: v.QUOTE_TTL,
  backfillMs: v.BACKFILL_AT_START,
  quoteRetentionMs: v.QUOTE_RETENTION,
  marketRetention: {
    ticksMs: v.TICK_RETENTION,
    statisticsMs: v.STATISTICS_RETENTION,
    anomalyStatesMs: v.ANOMALY_STATE_RETENTION,
  },
  minSources: v.MIN_SOURCES,
  maxDeviation: v.MAX_DEVIATION,
  statistics: { windows: v.STATISTICS_WINDOWS },
  reportIntervalMs: v.REPORT_INTERVAL,
  qualityThreshold: v.QUALITY_THRESHOLD,
  slackWebhookUrl: v.SLACK_WEBHOOK_URL,
  publicUrl: v.PUBLIC_URL,
  operatorEmails: v.OPERATOR_EMAILS,
  anomalies: { rules: v.ANOMALY_RULES, cooldownMs: v.ANOMALY_COOLDOWN },
  webhook: {
    maxAttempts: v.WEBHOOK_MAX_ATTEMPTS,
    retryInitialMs: v.WEBHOOK_RETRY_INITIAL,
    retryMaxMs: v.WEBHOOK_RETRY_MAX,
    retrySchedule: v.WEBHOOK_RETRY_SCHEDULE,
    retryJitter: v.WEBHOOK_RETRY_JITTER,
    maxAgeMs: v.WEBHOOK_MAX_AGE,
    timeoutMs: v.WEBHOOK_TIMEOUT,
    tlsVerify: v.WEBHOOK_TLS_VERIFY,
    allowedNetworks: v.WEBHOOK_ALLOWED_NETWORKS ?? [],
    allowedPorts: v.WEBHOOK_ALLOWED_PORTS,
    proxy: v.WEBHOOK_PROXY,
  },
  deliveryLogRetentionMs: v.DELIVERY_LOG_RETENTION,
  endpoints: { disableFailures: v.ENDPOINT_DISABLE_FAILURES, disableAfterMs: v.ENDPOINT_DISABLE_AFTER },
  maxAlertsPerUser: v.MAX_ALERTS_PER_USER,
  stream: { maxClients: v.STREAM_MAX_CLIENTS, maxClientsPerUser: v.STREAM_MAX_CLIENTS_PER_USER },
  rateLimits: v.RATE_LIMITS,
  trustedProxies: v.TRUST_PROXY,
  s3: {
    bucket: v.S3_BUCKET,
    endpoint: v.S3_ENDPOINT,
    prefix: v.S3_PREFIX,
    region: v.S3_REGION,
    credentials: credentialsOf(v.AWS_ACCESS_KEY_ID, v.AWS_SECRET_ACCESS_KEY, v.AWS_SESSION_TOKEN),
  },
  workerVersion: { deploymentName: v.WORKER_DEPLOYMENT, buildId: v.WORKER_BUILD_ID },
  workerMetrics: v.WORKER_METRICS_ADDRESS,
  shutdownDelayMs: v.SHUTDOWN_DELAY,
  logLevel: v.LOG_LEVEL,
  logFormat: v.LOG_FORMAT,
}));

/** Undefined where they are not given: then the AWS SDK looks for others. */
function credentialsOf(
  accessKeyId: string | undefined,
  secretAccessKey: string | undefined,
  sessionToken: string | undefined,
) {
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
}

function isSet(env: NodeJS.ProcessEnv, name: string): boolean {
  return env[name] !== undefined && (env[name] !== '' || MEANINGFUL_WHEN_EMPTY.has(name));
}

/**
 * The configuration that an environment asks for, frozen.
 * `externalTemporal` tells whether a Temporal address is configured (see `temporalIsExternal`): it changes defaults.
 * @throws ConfigError naming each bad variable, its value and what is allowed
 */
export function readConfig(env: NodeJS.ProcessEnv, externalTemporal: boolean): Config {
  const input: Record<string, string> = {};
  for (const name of Object.keys(variables)) {
    if (isSet(env, name)) input[name] = env[name] as string;
  }
  const embedded = { postgres: input.DATABASE_URL === undefined, temporal: !externalTemporal };
  const anyEmbedded = embedded.postgres || embedded.temporal;
  input.MARKET ??= anyEmbedded ? 'auto' : 'live';
  if (embedded.temporal) input.TEMPORAL_UI_URL ??= `http://127.0.0.1:${input.TEMPORAL_UI_PORT ?? 8233}`;
  if (env.AWS_REGION) input.S3_REGION ??= env.AWS_REGION;
  input.WEBHOOK_ALLOWED_NETWORKS ??= anyEmbedded ? '127.0.0.0/8,::1/128' : '';

  const parsed = configSchema.safeParse(input);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => {
      const name = String(issue.path[0]);
      const was = SECRET_VARIABLES.has(name)
        ? 'a value that is not shown here'
        : JSON.stringify(withoutUserInfo(input[name] ?? ''));
      return `${name} is ${was}; allowed: ${issue.message}`;
    });
    throw new ConfigError([...new Set(lines)].join('\n'));
  }
  refuseForeignRules(parsed.data.anomalies.rules, parsed.data.tickers);
  const symbols = readSymbols(parsed.data.symbolsFile, parsed.data.tickers, parsed.data.sources);
  return deepFreeze({ ...parsed.data, embedded, symbols });
}

/** A rule of a ticker that is not watched would be silent for ever, a misspelt one, too. */
function refuseForeignRules(rules: readonly RuleSetting[], tickers: readonly string[]): void {
  const foreign = rules.find(({ ticker }) => ticker !== null && !tickers.includes(ticker));
  if (foreign !== undefined) {
    throw new ConfigError(
      `ANOMALY_RULES holds ${ruleText(foreign)}; allowed: rules of the tickers in TICKERS: ${tickers.join(', ')}`,
    );
  }
}

function readSymbols(file: string, wanted: string[], asked: SourceName[]): SymbolTable {
  let table: SymbolTable;
  try {
    table = symbolTable.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new ConfigError(
      `SYMBOLS_FILE is ${JSON.stringify(file)}; allowed: a JSON file of {ticker: {source: symbol}} (${(error as Error).message})`,
    );
  }
  const known = Object.keys(table).filter((ticker) => asked.some((source) => table[ticker]?.[source]));
  const missing = wanted.filter((ticker) => !known.includes(ticker));
  if (missing.length > 0) {
    throw new ConfigError(
      `TICKERS holds ${missing.join(', ')}; allowed: tickers that SYMBOLS_FILE lists for one of SOURCES: ${known.join(', ')}`,
    );
  }
  return Object.fromEntries(wanted.map((ticker) => [ticker, table[ticker] ?? {}]));
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) {
    if (typeof inner === 'object' && inner !== null) deepFreeze(inner);
  }
  return Object.freeze(value);
}

import { type Config, SECRET_VARIABLES, type VariableName } from '../config';
import { withoutUserInfo } from '../config-fields';
import { ruleText } from '../domain/anomaly-rules';
import { writeDuration } from '../domain/duration';
import { windowName } from '../domain/statistics-names';
import type { Settings } from '../settings';

const MASK = '********';

/**
 * The effective value of every variable, written as it would be set; null where it is unset. Secrets are masked.
 * The `TEMPORAL_` ones of `@temporalio/envconfig` are included as far as they name the server.
 */
export function describeSettings({ config, temporal }: Settings): Record<string, string | null> {
  const values: Record<string, string | null> = {
    ...describeConfig(config),
    TEMPORAL_ADDRESS: temporal?.connectionOptions.address ?? null,
    TEMPORAL_NAMESPACE: temporal?.namespace ?? null,
    TEMPORAL_API_KEY: temporal?.connectionOptions.apiKey ? MASK : null,
  };
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, masked(name, value)]));
}

function describeConfig(config: Config): Record<VariableName, string | null> {
  const { baseUrls, coingecko, webhook } = config;
  return {
    HOST: config.host,
    PORT: String(config.port),
    DATA_DIR: config.dataDir,
    DATABASE_URL: config.databaseUrl ?? null,
    SECRETS_KEY: config.secretsKeys?.join(',') ?? null,
    TEMPORAL_PORT: String(config.temporalPort),
    TEMPORAL_UI_PORT: String(config.temporalUiPort),
    TEMPORAL_CLI_PATH: config.temporalCliPath ?? null,
    TEMPORAL_CODEC_KEY: config.temporalCodec ? MASK : null,
    TEMPORAL_CODEC_PORT: String(config.temporalCodecPort),
    TEMPORAL_UI_URL: config.temporalUiUrl ?? null,
    MARKET: config.market,
    TICKERS: config.tickers.join(','),
    SYMBOLS_FILE: config.symbolsFile,
    SOURCES: config.sources.join(','),
    BINANCE_BASE_URL: baseUrls.binance,
    COINGECKO_BASE_URL: baseUrls.coingecko,
    COINBASE_BASE_URL: baseUrls.coinbase,
    KRAKEN_BASE_URL: baseUrls.kraken,
    OKX_BASE_URL: baseUrls.okx,
    BYBIT_BASE_URL: baseUrls.bybit,
    COINGECKO_INTERVAL: writeDuration(coingecko.intervalMs),
    COINGECKO_API_KEY: coingecko.apiKey ?? null,
    INGEST_INTERVAL: writeDuration(config.ingestIntervalMs),
    QUOTE_TTL: writeDuration(config.quoteTtlMs),
    BACKFILL_AT_START: writeDuration(config.backfillMs),
    QUOTE_RETENTION: writeDuration(config.quoteRetentionMs),
    TICK_RETENTION: writeDuration(config.marketRetention.ticksMs),
    STATISTICS_RETENTION: writeDuration(config.marketRetention.statisticsMs),
    ANOMALY_STATE_RETENTION: writeDuration(config.marketRetention.anomalyStatesMs),
    MIN_SOURCES: String(config.minSources),
    MAX_DEVIATION: String(config.maxDeviation),
    STATISTICS_WINDOWS: config.statistics.windows.map(windowName).join(','),
    ANOMALY_RULES: config.anomalies.rules.map(ruleText).join(','),
    ANOMALY_COOLDOWN: writeDuration(config.anomalies.cooldownMs),
    REPORT_INTERVAL: writeDuration(config.reportIntervalMs),
    QUALITY_THRESHOLD: String(config.qualityThreshold),
    SLACK_WEBHOOK_URL: config.slackWebhookUrl ?? null,
    PUBLIC_URL: config.publicUrl ?? null,
    OPERATOR_EMAILS: config.operatorEmails.join(','),
    WEBHOOK_MAX_ATTEMPTS: String(webhook.maxAttempts),
    WEBHOOK_RETRY_INITIAL: writeDuration(webhook.retryInitialMs),
    WEBHOOK_RETRY_MAX: writeDuration(webhook.retryMaxMs),
    WEBHOOK_RETRY_SCHEDULE: webhook.retrySchedule?.map(writeDuration).join(',') ?? null,
    WEBHOOK_RETRY_JITTER: String(webhook.retryJitter),
    WEBHOOK_MAX_AGE: writeDuration(webhook.maxAgeMs),
    WEBHOOK_TIMEOUT: writeDuration(webhook.timeoutMs),
    WEBHOOK_TLS_VERIFY: String(webhook.tlsVerify),
    WEBHOOK_ALLOWED_NETWORKS: webhook.allowedNetworks.join(','),
    WEBHOOK_ALLOWED_PORTS: webhook.allowedPorts.join(','),
    WEBHOOK_PROXY: webhook.proxy ?? null,
    DELIVERY_LOG_RETENTION: writeDuration(config.deliveryLogRetentionMs),
    ENDPOINT_DISABLE_FAILURES: String(config.endpoints.disableFailures),
    ENDPOINT_DISABLE_AFTER: writeDuration(config.endpoints.disableAfterMs),
    MAX_ALERTS_PER_USER: String(config.maxAlertsPerUser),
    STREAM_MAX_CLIENTS: String(config.stream.maxClients),
    STREAM_MAX_CLIENTS_PER_USER: String(config.stream.maxClientsPerUser),
    RATE_LIMITS: config.rateLimits ? 'on' : 'off',
    TRUST_PROXY: String(config.trustedProxies),
    S3_BUCKET: config.s3.bucket ?? null,
    S3_ENDPOINT: config.s3.endpoint ?? null,
    S3_PREFIX: config.s3.prefix,
    S3_REGION: config.s3.region,
    AWS_ACCESS_KEY_ID: config.s3.credentials?.accessKeyId ?? null,
    AWS_SECRET_ACCESS_KEY: config.s3.credentials?.secretAccessKey ?? null,
    AWS_SESSION_TOKEN: config.s3.credentials?.sessionToken ?? null,
    WORKER_METRICS_ADDRESS: config.workerMetrics ? writeAddress(config.workerMetrics) : null,
    SHUTDOWN_DELAY: writeDuration(config.shutdownDelayMs),
    WORKER_BUILD_ID: config.workerVersion.buildId ?? null,
    WORKER_DEPLOYMENT: config.workerVersion.deploymentName,
    LOG_LEVEL: config.logLevel,
    LOG_FORMAT: config.logFormat,
  };
}

const writeAddress = ({ host, port }: { host: string; port: number }) =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

function masked(name: string, value: string | null): string | null {
  if (value === null) return null;
  if (SECRET_VARIABLES.has(name)) return MASK;
  return withoutUserInfo(value);
}

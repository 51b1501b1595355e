import { ConfigError, readConfig } from '../src/config';

/** What a bad environment is answered with. */
function complaint(env: Record<string, string>): string {
  try {
    readConfig(env, false);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('It was taken');
}

describe('readConfig', () => {
  it('has the documented defaults', () => {
    expect(readConfig({}, false)).toMatchObject({
      host: '127.0.0.1',
      port: 8000,
      temporalPort: 7233,
      temporalUiPort: 8233,
      market: 'auto',
      tickers: ['BTC', 'ETH', 'DOGE', 'SOL', 'BNB'],
      sources: ['binance', 'coingecko', 'coinbase', 'kraken', 'okx', 'bybit'],
      ingestIntervalMs: 10_000,
      quoteTtlMs: 15_000,
      quoteRetentionMs: 604_800_000,
      marketRetention: { ticksMs: 604_800_000, statisticsMs: 7_776_000_000, anomalyStatesMs: 2_592_000_000 },
      minSources: 1,
      maxDeviation: 0.02,
      statistics: { windows: [60, 1_440] },
      webhook: {
        maxAttempts: 4,
        retryInitialMs: 10_000,
        retryMaxMs: 600_000,
        retrySchedule: undefined,
        retryJitter: 0.1,
        maxAgeMs: 86_400_000,
        timeoutMs: 10_000,
        tlsVerify: true,
        allowedNetworks: ['127.0.0.0/8', '::1/128'],
        allowedPorts: [80, 443, 8080, 8443],
        proxy: undefined,
      },
      deliveryLogRetentionMs: 7_776_000_000,
      endpoints: { disableFailures: 20, disableAfterMs: 86_400_000 },
      maxAlertsPerUser: 1_000,
      rateLimits: true,
      workerVersion: { deploymentName: 'pricehook', buildId: undefined },
      temporalCodec: undefined,
      temporalCodecPort: 8234,
      embedded: { postgres: true, temporal: true },
    });
  });

  it('follows the live market and lets no private network through where nothing is embedded', () => {
    const config = readConfig({ DATABASE_URL: 'postgres://localhost/x' }, true);
    expect(config).toMatchObject({
      market: 'live',
      webhook: { allowedNetworks: [] },
      embedded: { postgres: false, temporal: false },
    });
  });

  it('takes an empty value for unset, but for the allowed networks', () => {
    expect(readConfig({ PORT: '' }, false).port).toBe(8000);
    expect(readConfig({ WEBHOOK_ALLOWED_NETWORKS: '' }, false).webhook.allowedNetworks).toEqual([]);
  });

  it('reads a schedule of retries, and jitter down to none', () => {
    const webhook = (env: NodeJS.ProcessEnv) => readConfig(env, false).webhook;
    expect(webhook({ WEBHOOK_RETRY_SCHEDULE: '10s, 1.5m,7d' }).retrySchedule).toEqual([
      10_000, 90_000, 604_800_000,
    ]);
    expect(webhook({ WEBHOOK_RETRY_SCHEDULE: Array(99).fill('100ms').join() }).retrySchedule).toHaveLength(
      99,
    );
    for (const text of ['0', '0.0', '.5', '0.25']) {
      expect(webhook({ WEBHOOK_RETRY_JITTER: text }).retryJitter).toBe(Number(text));
    }
  });

  it('is frozen through and through', () => {
    const config = readConfig({}, false);
    expect(() => Object.assign(config.webhook, { maxAttempts: 1 })).toThrow(TypeError);
    expect(() => (config.tickers as string[]).push('XRP')).toThrow(TypeError);
  });

  it.each([
    ['PORT', 'abc', 'a whole number from 1 to 65535'],
    ['PORT', '70000', 'a whole number from 1 to 65535'],
    ['MARKET', 'real', 'one of live, replay, auto'],
    ['TICKERS', 'BTC,FOO', 'tickers that SYMBOLS_FILE lists'],
    ['SOURCES', 'binance,mtgox', 'some of binance, coingecko'],
    ['QUOTE_TTL', '15', 'a duration from 1s to 1h, such as 15s'],
    ['INGEST_INTERVAL', '1ms', 'a duration from 1s to 1h, such as 10s'],
    ['MAX_DEVIATION', '2', 'a fraction above 0 and below 1'],
    ['WEBHOOK_RETRY_SCHEDULE', ',', '1 to 99 durations from 100ms to 7d, separated by commas'],
    ['WEBHOOK_RETRY_SCHEDULE', '10s,20', '1 to 99 durations'],
    ['WEBHOOK_RETRY_SCHEDULE', '99ms', '1 to 99 durations'],
    ['WEBHOOK_RETRY_SCHEDULE', '1s,8d', '1 to 99 durations'],
    ['WEBHOOK_RETRY_SCHEDULE', Array(100).fill('1s').join(), '1 to 99 durations'],
    ['WEBHOOK_RETRY_JITTER', '0.6', 'a fraction from 0 to 0.5, such as 0.1'],
    ['WEBHOOK_RETRY_JITTER', '10%', 'a fraction from 0 to 0.5'],
    ['WEBHOOK_RETRY_JITTER', '-0.1', 'a fraction from 0 to 0.5'],
    ['WEBHOOK_MAX_AGE', '59s', 'a duration from 1m to 30d, such as 24h'],
    ['WEBHOOK_MAX_AGE', '31d', 'a duration from 1m to 30d'],
    ['WEBHOOK_ALLOWED_NETWORKS', '10/8', 'CIDR blocks'],
    ['WEBHOOK_ALLOWED_PORTS', '80,http', 'port numbers'],
    ['WEBHOOK_TLS_VERIFY', 'yes', 'one of true, false'],
    ['WEBHOOK_PROXY', 'https://proxy.example:4750', 'an http:// URL of host and port'],
    ['WEBHOOK_PROXY', 'http://me:secret@proxy.example', 'an http:// URL of host and port'],
    ['WEBHOOK_PROXY', 'http://proxy.example/path', 'an http:// URL of host and port'],
    ['DELIVERY_LOG_RETENTION', '23h', 'a duration from 1d to 3650d, such as 90d'],
    ['STATISTICS_RETENTION', '23h', 'a duration from 1d to 3650d, such as 90d'],
    ['ANOMALY_STATE_RETENTION', '0', 'a duration from 1d to 3650d, such as 30d'],
    ['TICK_RETENTION', '1h', 'a duration from 1d to 3650d, such as 7d'],
    ['DELIVERY_LOG_RETENTION', '3651d', 'a duration from 1d to 3650d'],
    ['TEMPORAL_CODEC_KEY', 'c2hvcnQ=', 'keys of 32 bytes in base64 or hex'],
    ['TEMPORAL_CODEC_KEY', 'none', 'keys of 32 bytes in base64 or hex'],
    ['TEMPORAL_CODEC_KEY', `${'a'.repeat(64)},none`, 'keys of 32 bytes in base64 or hex'],
    ['TEMPORAL_UI_URL', 'localhost:8233', "URL of Temporal's Web UI"],
    ['ENDPOINT_DISABLE_FAILURES', '0', 'a whole number from 1 to 10000'],
    ['ENDPOINT_DISABLE_AFTER', '31d', 'a duration from 1s to 30d, such as 24h'],
    ['MAX_ALERTS_PER_USER', '0', 'a whole number from 1 to 1000000'],
    ['RATE_LIMITS', 'maybe', 'one of on, off'],
    ['WORKER_METRICS_ADDRESS', '9464', 'a host and a port'],
    ['SHUTDOWN_DELAY', '11m', 'a duration from 0ms to 10m'],
    ['LOG_FORMAT', 'xml', 'one of auto, json, pretty'],
    ['WORKER_BUILD_ID', 'my release', 'letters, digits'],
    ['WORKER_BUILD_ID', '__unversioned__', 'letters, digits'],
    ['WORKER_DEPLOYMENT', 'pricehook.eu', 'letters, digits'],
    ['BINANCE_BASE_URL', 'ftp://example.com', 'an http or https URL'],
    ['STATISTICS_WINDOWS', '1h,90s', 'windows from 2m to 7d'],
    ['STATISTICS_WINDOWS', ',', 'windows from 2m to 7d'],
    ['ANOMALY_RULES', 'change_1h', 'rules separated by commas'],
    ['ANOMALY_RULES', 'change_1h>0', 'above 0, or off'],
    ['ANOMALY_RULES', 'volume_1h>5', 'change or zscore'],
    ['ANOMALY_RULES', 'change_8d>5', 'a window from 2m to 7d'],
    ['ANOMALY_RULES', 'change_1h>5,change_60m>6', 'each once'],
    ['ANOMALY_RULES', 'DOGGE:change_1h>5', 'rules of the tickers in TICKERS: BTC, ETH, DOGE'],
    ['ANOMALY_COOLDOWN', 'never', 'a duration'],
    ['REPORT_INTERVAL', '59s', 'a duration from 1m to 1d'],
    ['QUALITY_THRESHOLD', '1.1', 'a fraction from 0 to 1'],
    ['SLACK_WEBHOOK_URL', 'hooks.slack.com', 'a Slack incoming webhook'],
    ['PUBLIC_URL', 'prices.example', 'under which people open Pricehook'],
    ['OPERATOR_EMAILS', 'ops', 'e-mail addresses separated by commas'],
    ['SYMBOLS_FILE', '/nonexistent.json', 'a JSON file'],
  ])('refuses %s=%s by name, and says what is allowed', (name, value, allowed) => {
    const message = complaint({ [name]: value });
    expect(message).toContain(name);
    expect(message).toContain(allowed);
  });

  it('reads windows and rules of anomalies, in any case, and nothing for no rules', () => {
    const env = {
      STATISTICS_WINDOWS: '1d,90m,24h',
      ANOMALY_RULES: 'change_1h > 5, doge:CHANGE_60m>8.5, btc:zscore_1d>OFF',
    };
    const { statistics, anomalies } = readConfig(env, false);
    expect(statistics.windows).toEqual([90, 1_440]);
    expect(anomalies).toEqual({
      rules: [
        { ticker: null, metric: 'change', windowMinutes: 60, threshold: 5 },
        { ticker: 'DOGE', metric: 'change', windowMinutes: 60, threshold: 8.5 },
        { ticker: 'BTC', metric: 'zscore', windowMinutes: 1_440, threshold: null },
      ],
      cooldownMs: 3_600_000,
    });
    expect(readConfig({ ANOMALY_RULES: '' }, false).anomalies.rules).toEqual([]);
  });

  it('never repeats a secret', () => {
    const message = complaint({ DATABASE_URL: 'mysql://user:hunter2@localhost/x' });
    expect(message).toContain('DATABASE_URL');
    expect(message).not.toContain('hunter2');
    expect(complaint({ TEMPORAL_CODEC_KEY: 'hunter2' })).not.toContain('hunter2');
    const proxy = complaint({ WEBHOOK_PROXY: 'http://user:hunter2@proxy.example:3128' });
    expect(proxy).toContain('@proxy.example:3128');
    expect(proxy).not.toContain('hunter2');
  });

  it('reads keys of the codec in base64 and hex, the first one to encrypt unless it is none', () => {
    const [hex, base64] = ['0f'.repeat(32), Buffer.alloc(32, 15).toString('base64')];
    const codecOf = (TEMPORAL_CODEC_KEY: string) => readConfig({ TEMPORAL_CODEC_KEY }, false).temporalCodec;
    expect(codecOf(`${hex}, ${base64.replace('=', '')}`)).toEqual({ encrypts: true, keys: [base64, base64] });
    expect(codecOf(`none,${base64}`)).toEqual({ encrypts: false, keys: [base64] });
  });

  it('names every bad variable at once', () => {
    const message = complaint({ PORT: 'x', MARKET: 'y' });
    expect(message).toMatch(/PORT is "x"/);
    expect(message).toMatch(/MARKET is "y"/);
  });
});

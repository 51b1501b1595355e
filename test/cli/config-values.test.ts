import { describeSettings } from '../../src/cli/config-values';
import { readConfig } from '../../src/config';

const effective = (env: NodeJS.ProcessEnv) =>
  describeSettings({ config: readConfig(env, false), temporal: undefined });

describe('describeSettings', () => {
  it('writes values as they would be set: reading them again changes nothing', () => {
    const environments: NodeJS.ProcessEnv[] = [
      {},
      {
        TICKERS: 'btc, eth',
        SOURCES: 'kraken,okx',
        QUOTE_TTL: '1500ms',
        WEBHOOK_RETRY_MAX: '1.5h',
        WEBHOOK_RETRY_SCHEDULE: '10s, 1500ms,90m',
        WEBHOOK_RETRY_JITTER: '.25',
        WEBHOOK_MAX_AGE: '36h',
        COINGECKO_INTERVAL: '90s',
        WEBHOOK_ALLOWED_NETWORKS: '',
        WEBHOOK_ALLOWED_PORTS: '443, 8443',
        WEBHOOK_TLS_VERIFY: 'false',
        DELIVERY_LOG_RETENTION: '36h',
        STATISTICS_RETENTION: '400d',
        ANOMALY_STATE_RETENTION: '36h',
        TICK_RETENTION: '1d',
        WEBHOOK_PROXY: 'http://proxy.example:4750',
        RATE_LIMITS: 'off',
        MARKET: 'replay',
        MAX_DEVIATION: '.05',
        STATISTICS_WINDOWS: '1d, 90m, 24h',
        ANOMALY_RULES: 'change_1H > 2.5, btc:change_60m>off, ZSCORE_1d>6',
        ANOMALY_COOLDOWN: '0s',
        REPORT_INTERVAL: '90m',
        OPERATOR_EMAILS: 'Ops@example.com, ada@example.com',
        WORKER_BUILD_ID: '0.2.0+a1b2c3d',
        WORKER_METRICS_ADDRESS: '[::1]:9464',
        SHUTDOWN_DELAY: '5s',
        LOG_FORMAT: 'json',
      },
    ];
    for (const env of environments) {
      const values = effective(env);
      const again = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value ?? '']));
      expect(readConfig(again, false)).toEqual(readConfig(env, false));
    }
  });

  it('writes durations in the largest unit that is exact', () => {
    const env = {
      QUOTE_TTL: '1500ms',
      WEBHOOK_RETRY_MAX: '90m',
      COINGECKO_INTERVAL: '24h',
      INGEST_INTERVAL: '10s',
      WEBHOOK_RETRY_SCHEDULE: '60s,1500ms,48h',
    };
    expect(effective(env)).toMatchObject({
      QUOTE_TTL: '1500ms',
      WEBHOOK_RETRY_MAX: '90m',
      COINGECKO_INTERVAL: '1d',
      INGEST_INTERVAL: '10s',
      WEBHOOK_RETRY_SCHEDULE: '1m,1500ms,2d',
    });
  });

  it('shows no secret', () => {
    const env = {
      DATABASE_URL: 'postgres://me:hunter2@db.example/prices?password=hunter2',
      COINGECKO_API_KEY: 'hunter2',
      SLACK_WEBHOOK_URL: 'https://hooks.slack.example/services/T/B/hunter2',
      OKX_BASE_URL: 'https://me:hunter2@okx.example',
      TEMPORAL_CODEC_KEY: `none,${'hunter2'.padEnd(43, 'A')}`,
    };
    const temporal = {
      connectionOptions: { address: 'temporal.example:7233', apiKey: 'hunter2' },
      namespace: 'prices',
    };
    const values = describeSettings({ config: readConfig(env, true), temporal });
    expect(JSON.stringify(values)).not.toContain('hunter2');
    expect(values).toMatchObject({
      DATABASE_URL: '********',
      TEMPORAL_CODEC_KEY: '********',
      OKX_BASE_URL: 'https://********@okx.example',
      TEMPORAL_ADDRESS: 'temporal.example:7233',
      TEMPORAL_NAMESPACE: 'prices',
      TEMPORAL_API_KEY: '********',
    });
  });
});

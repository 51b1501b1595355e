import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../src/config';
import { loadSettings } from '../../src/settings';

const SECRETS = '/run/secrets/temporal';
const page = readFileSync(join(__dirname, '../../docs/deployment.md'), 'utf8');
const example = /<!-- temporal\.toml -->\n```toml\n([\s\S]*?)```/.exec(page)?.[1] as string;

describe('temporal.toml of docs/deployment.md', () => {
  let folder: string;
  let file: string;
  const settings = (profile: string, more: Record<string, string> = {}) =>
    loadSettings({
      DATABASE_URL: 'postgres://pricehook@postgres/pricehook',
      SECRETS_KEY: 'a'.repeat(64),
      TEMPORAL_CONFIG_FILE: file,
      TEMPORAL_PROFILE: profile,
      ...more,
    });

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'pricehook-cloud-'));
    mkdirSync(join(folder, 'secrets'));
    writeFileSync(join(folder, 'secrets/tls.crt'), 'the certificate');
    writeFileSync(join(folder, 'secrets/tls.key'), 'the key');
    file = join(folder, 'temporal.toml');
    writeFileSync(file, example.replaceAll(SECRETS, join(folder, 'secrets')));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('connects with a certificate', () => {
    const { temporal, config } = settings('cloud-mtls');
    expect(config.embedded.temporal).toBe(false);
    expect(config.market).toBe('live');
    expect(temporal).toMatchObject({
      namespace: 'pricehook.a1b2c',
      connectionOptions: { address: 'pricehook.a1b2c.tmprl.cloud:7233' },
    });
    const { tls } = temporal?.connectionOptions ?? {};
    const { crt, key } = (tls as { clientCertPair: { crt: Uint8Array; key: Uint8Array } }).clientCertPair;
    expect(Buffer.from(crt).toString()).toBe('the certificate');
    expect(Buffer.from(key).toString()).toBe('the key');
  });

  it('connects with an API key, which is not in the file', () => {
    const { temporal } = settings('cloud-key', { TEMPORAL_API_KEY: 'a-key' });
    expect(temporal).toMatchObject({
      namespace: 'pricehook.a1b2c',
      connectionOptions: { address: 'eu-central-1.aws.api.temporal.io:7233', apiKey: 'a-key' },
    });
    expect(temporal?.connectionOptions.tls).toBeTruthy();
  });

  it('does not start where the certificate or the profile is missing', () => {
    expect(() => settings('cloud-mltS')).toThrow(ConfigError);
    writeFileSync(file, example.replaceAll(SECRETS, join(folder, 'nowhere')));
    expect(() => settings('cloud-mtls')).toThrow(ConfigError);
  });
});

import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, readConfig } from '../src/config';
import { findOrMakeSecretsKeys, findSecretsKeys } from '../src/secrets-key';

const OWN = { DATABASE_URL: 'postgres://localhost/x' };

describe('SECRETS_KEY', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pricehook-key-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const config = (env: Record<string, string> = {}, externalTemporal = false) =>
    readConfig({ DATA_DIR: folder, ...env }, externalTemporal);
  const file = () => join(folder, 'secrets.key');

  it('is taken in base64 and in hex, and as a list', () => {
    const [one, two] = [randomBytes(32), randomBytes(32)];
    const SECRETS_KEY = `${one.toString('base64')}, ${two.toString('hex').toUpperCase()}`;
    expect(findSecretsKeys(config({ SECRETS_KEY }))).toEqual([one.toString('hex'), two.toString('hex')]);
    expect(findOrMakeSecretsKeys(config({ SECRETS_KEY }))).toHaveLength(2);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each(['short', 'AAAA', `${'A'.repeat(43)}=,`, 'x'.repeat(64), randomBytes(31).toString('base64')])(
    'is refused by name where it is %j, and not shown',
    (SECRETS_KEY) => {
      const read = () => config({ SECRETS_KEY });
      expect(read).toThrow('SECRETS_KEY is a value that is not shown here; allowed: 32 bytes');
      expect(read).not.toThrow(SECRETS_KEY);
    },
  );

  it.each([
    ['PostgreSQL', {}, true],
    ['Temporal', OWN, false],
    ['everything', {}, false],
  ])('is made once where %s is embedded, for its owner only', (_, env, externalTemporal) => {
    const made = findOrMakeSecretsKeys(config(env, externalTemporal));
    expect(made).toEqual([Buffer.from(readFileSync(file(), 'utf8').trim(), 'base64').toString('hex')]);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(findOrMakeSecretsKeys(config(env, externalTemporal))).toEqual(made);
    expect(findSecretsKeys(config(env, externalTemporal))).toEqual(made);
    expect(readdirSync(folder)).toEqual(['secrets.key']);
  });

  it('is asked for where nothing is embedded, and how to make one is said', () => {
    for (const find of [findSecretsKeys, findOrMakeSecretsKeys]) {
      expect(() => find(config(OWN, true))).toThrow(ConfigError);
      expect(() => find(config(OWN, true))).toThrow(/SECRETS_KEY.*openssl rand -base64 32/);
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is asked for where the embedded stack was never started', () => {
    expect(() => findSecretsKeys(config())).toThrow(`there is no ${file()}`);
  });

  it('is never made over a file that holds something else', () => {
    writeFileSync(file(), 'half a k');
    expect(() => findOrMakeSecretsKeys(config())).toThrow(`${file()} holds no key`);
    expect(readFileSync(file(), 'utf8')).toBe('half a k');
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VARIABLE_NAMES } from '../../src/config';
import { freePort } from '../../src/dev/ports';
import { writeStackFile } from '../../src/stack-file';
import { eventually } from '../support/eventually';
import { startTestStack, type TestStack } from '../support/test-stack';
import { blockNamed, blocksOf, readDocument } from './documents';
import { Terminal } from './typing';

describe('typed as written', () => {
  let stack: TestStack;
  let url: string;
  let terminal: Terminal | undefined;
  /** The walks' files, apart from those that a reader's own walk has left in the project's folder. */
  const folder = mkdtempSync(join(tmpdir(), 'pricehook-walk-'));

  beforeAll(async () => {
    // More attempts than the default's, which are further apart: a receiver may still be starting at the first ones.
    stack = await startTestStack({ WEBHOOK_RETRY_INITIAL: '1s', WEBHOOK_MAX_ATTEMPTS: '8' });
    ({ url } = await stack.startApi());
    await stack.startWorker();
    // By this, `pricehook temporal` finds what `npm start` has started.
    writeStackFile(folder, {
      ...{ pid: process.pid, apiUrl: url, market: 'replay', baseUrls: stack.exchanges.baseUrls },
      ...{ databaseUrl: stack.postgres().url, temporalAddress: stack.temporalAddress },
      ...{ temporalNamespace: 'default', temporalCli: process.env.TEST_TEMPORAL_CLI },
    });
  }, 120_000);
  beforeEach(async () => {
    const replaced = {
      'localhost:8000': new URL(url).host,
      '9000': String(await freePort()),
      '9001': String(await freePort()),
      './user.json': `${folder}/user.json`,
      './alert.json': `${folder}/alert.json`,
      '-o user.json': `-o ${folder}/user.json`,
      '-o alert.json': `-o ${folder}/alert.json`,
    };
    terminal = new Terminal(replaced, { ...process.env, DATA_DIR: folder });
  });
  afterEach(() => terminal?.close());
  afterAll(async () => {
    await stack?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const shell = () => terminal as Terminal;

  it('README.md has a walk that ends with a verified webhook', async () => {
    const walk = blockNamed('README.md', 'walk');
    expect(walk.trim().split('\n')).toHaveLength(5);
    const printed = await shell().type(walk);
    expect(printed).toContain('  verified  answered 200');
    expect(printed).toContain('"type": "alert.triggered"');
    expect(printed).toMatch(/"status":"fired"/);
  }, 120_000);

  it('docs/tutorial.md leads to a verified webhook, one that is tried again, and one that is delivered again', async () => {
    const left = new Set(blocksOf('docs/tutorial.md').flatMap(({ name }) => name ?? []));
    const type = (name: string) => {
      left.delete(name);
      return shell().type(blockNamed('docs/tutorial.md', name));
    };
    await type('register');
    await type('listen');
    await shell().prints('Listening');
    await type('alert');
    await shell().prints('  verified  answered 200');
    // The receiver has answered before its answer is recorded.
    await eventually(async () => {
      expect(await type('deliveries')).toMatch(/"status":"delivered".*"status_code":200/);
    });
    await type('fail');
    await shell().prints('  verified  answered 503', 2);
    expect(await type('watch')).toContain('priceAlert');
    await shell().prints('  verified  answered 200', 2);
    await type('redeliver');
    await shell().prints('  verified  answered 200', 3);
    const ids = [...shell().output.matchAll(/(msg_\w+).*verified {2}answered (\d+)/g)].slice(1);
    expect(ids.map(([, , status]) => status)).toEqual(['503', '503', '200', '200']);
    expect(new Set(ids.map(([, id]) => id)).size).toBe(1);
    expect(await type('log')).toMatch(/("cause":"schedule".*){3}"cause":"user"/);
    await type('rule');
    await shell().prints('"firing_number": 1');
    // `npm start` itself is what test/dev/up.test.ts and test/dashboard start.
    expect([...left]).toEqual(['start']);
  }, 300_000);
});

describe('docs/configuration.md', () => {
  it('names every setting, as .env.example does', () => {
    const page = readDocument('docs/configuration.md');
    const example = readDocument('.env.example');
    const baseUrls = /_BASE_URL$/;
    for (const name of VARIABLE_NAMES) {
      expect(example).toContain(`# ${name}=`);
      if (!baseUrls.test(name)) expect(page).toContain(`\`${name}\``);
    }
  });
});

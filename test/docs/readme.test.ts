import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VARIABLE_NAMES } from '../../src/config';
import { freePort } from '../../src/dev/ports';
import { startTestStack, type TestStack } from '../support/test-stack';

const ROOT = join(__dirname, '../..');
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

describe('the README', () => {
  let stack: TestStack;
  /** The walk's file, apart from one that a reader's own walk has left in the project's folder. */
  const folder = mkdtempSync(join(tmpdir(), 'pricehook-walk-'));
  const userFile = join(folder, 'user.json');

  beforeAll(async () => {
    stack = await startTestStack();
  }, 120_000);
  afterAll(async () => {
    await stack?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('has a walk that ends with a verified webhook, typed as written', async () => {
    const walk = /<!-- walk -->\n```sh\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
    expect(walk.trim().split('\n')).toHaveLength(5);
    const { url } = await stack.startApi();
    await stack.startWorker();
    const port = String(await freePort());
    const script = walk
      .replaceAll('localhost:8000', new URL(url).host)
      .replaceAll('9000', port)
      .replaceAll(/(\.\/)?\buser\.json/g, userFile);
    // A group of its own, so that the receiver that stays in the background can be ended with it.
    const shell = spawn('bash', ['-c', script], {
      cwd: ROOT,
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    shell.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    await once(shell, 'exit');
    process.kill(-(shell.pid as number), 'SIGKILL');
    expect(output).toContain('  verified  answered 200');
    expect(output).toContain('"type": "alert.triggered"');
    expect(output).toMatch(/"status":"fired"/);
  }, 120_000);

  it('names every setting, as .env.example does', () => {
    const example = readFileSync(join(ROOT, '.env.example'), 'utf8');
    const baseUrls = /_BASE_URL$/;
    for (const name of VARIABLE_NAMES) {
      expect(example).toContain(`# ${name}=`);
      if (!baseUrls.test(name)) expect(readme).toContain(`\`${name}\``);
    }
  });
});

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLOSE } from '../../src/api/stream/peer';
import { endUser } from '../../src/db/users';
import { addUser, type TestUser, useApi } from '../api/api';
import { eventually } from '../support/eventually';
import { publishPrices, seedAlert } from '../support/seed';

const ROOT = join(__dirname, '../..');
const page = readFileSync(join(ROOT, 'docs/stream.md'), 'utf8');
const api = useApi();
let user: TestUser;
let folder: string;
let child: ChildProcess | undefined;

beforeEach(async () => {
  user = await addUser(api().db);
  folder = mkdtempSync(join(tmpdir(), 'pricehook-listen-'));
});
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** A block of the page, for this server. */
function block(name: string): string {
  const text = new RegExp(`<!-- ${name} -->\\n\`\`\`\\w+\\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? '';
  expect(text).toContain('localhost:8000');
  return text.replace('localhost:8000', new URL(api().url).host);
}

/** Runs it with the user's key; answers what it has printed so far. */
function run(command: string, ...args: string[]): () => string {
  let printed = '';
  child = spawn(command, args, { cwd: folder, env: { PATH: process.env.PATH, KEY: user.key } });
  for (const out of [child.stdout, child.stderr]) out?.on('data', (chunk) => (printed += chunk));
  return () => printed;
}

describe('docs/stream.md', () => {
  it('has a command that prints prices and events', async () => {
    const printed = run('bash', '-c', `exec ${block('curl')}`);
    await eventually(() => expect(printed()).toContain('event: ready'));
    await publishPrices(api().db, new Date(), { BTC: 100.5 });
    await seedAlert(api().db, { userId: user.id, targetPrice: 200 });
    await eventually(() => expect(printed()).toContain('"ticker":"BTC","price":100.5'));
    await eventually(() => expect(printed()).toMatch(/^id: \d+-\d+\nevent: alert\.created$/m));
  });

  it('has a program that misses nothing, and stops when its key is taken away', async () => {
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'listen.mjs'), block('listen.mjs'));
    const printed = run(process.execPath, 'listen.mjs');
    const created = () => printed().match(/^alert\.created .*$/gm) ?? [];
    await eventually(() => expect(printed()).toContain('subscribed'));
    await seedAlert(api().db, { userId: user.id, targetPrice: 201 });
    await eventually(() => expect(created()).toHaveLength(1));
    for (const { peer } of api().stream.clientsOf(user.id)) peer.cut();
    await seedAlert(api().db, { userId: user.id, targetPrice: 202 });
    await eventually(() => expect(printed()).toContain('resumed'));
    expect(created()).toHaveLength(2);
    const ended = once(child as ChildProcess, 'exit');
    await endUser(api().db, user.id);
    await ended;
    expect(printed()).toContain('The key is not good');
  });

  it('names every code that a stream ends with', () => {
    for (const code of Object.values(CLOSE)) expect(page).toContain(`\n| ${code} |`);
  });
});

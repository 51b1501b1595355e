import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runningPostgres } from '../../src/dev/postgres-pid';

let dataDir: string;
let child: ChildProcess | undefined;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'pricehook pid-'));
  mkdirSync(join(dataDir, 'postgres'));
});

afterEach(async () => {
  const exited = child && once(child, 'exit');
  child?.kill('SIGKILL');
  await exited;
  rmSync(dataDir, { recursive: true, force: true });
});

/** A process of this program whose command line names a folder, and that the cluster's file calls its server. */
async function run(program: string, folder: string): Promise<number> {
  const path = join(dataDir, program);
  symlinkSync(process.execPath, path);
  child = spawn(path, ['-e', 'setInterval(() => {}, 1000)', folder], { stdio: 'ignore' });
  await once(child, 'spawn');
  writeFileSync(join(dataDir, 'postgres/postmaster.pid'), `${child.pid}\n`);
  return child.pid as number;
}

describe('runningPostgres', () => {
  it('finds the server of a cluster, also in a folder with a space', async () => {
    mkdirSync(join(dataDir, 'bin'));
    const pid = await run('bin/postgres', join(dataDir, 'postgres'));
    expect(runningPostgres(dataDir)).toBe(pid);
  });

  it('takes no other program for it that works on the cluster', async () => {
    await run('backup', join(dataDir, 'postgres'));
    expect(runningPostgres(dataDir)).toBeUndefined();
  });

  it('takes no server of another cluster for it', async () => {
    mkdirSync(join(dataDir, 'bin'));
    // Its own path must not hold that of the cluster either.
    await run('bin/postgres', '/elsewhere');
    expect(runningPostgres(dataDir)).toBeUndefined();
  });
});

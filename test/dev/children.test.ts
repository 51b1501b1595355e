import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopOrphans, trackChildren } from '../../src/dev/children';

let dataDir: string;
let child: ChildProcess;
let exited: Promise<unknown[]>;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'pricehook-children-'));
  child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  exited = once(child, 'exit');
  await once(child, 'spawn');
});

afterEach(async () => {
  child.kill('SIGKILL');
  await exited;
  rmSync(dataDir, { recursive: true, force: true });
});

describe('stopOrphans', () => {
  it('stops what was recorded, and then knows of nothing', async () => {
    trackChildren(dataDir).spawned('Temporal', child.pid as number);
    expect(await stopOrphans(dataDir)).toEqual(['Temporal']);
    expect(await exited).toEqual([null, 'SIGINT']);
    expect(await stopOrphans(dataDir)).toEqual([]);
  });

  it.each(['startedAt', 'command'])('never touches a process of another %s', async (field) => {
    trackChildren(dataDir).spawned('Temporal', child.pid as number);
    const file = join(dataDir, 'children.json');
    const [record] = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify([{ ...record, [field]: 'another' }]));
    expect(await stopOrphans(dataDir)).toEqual([]);
    expect(child.exitCode ?? child.signalCode).toBeNull();
  });

  it('has nothing to do on a new data directory', async () => {
    expect(await stopOrphans(dataDir)).toEqual([]);
  });
});

describe('killAll', () => {
  it('kills what still runs', async () => {
    const children = trackChildren(dataDir);
    children.spawned('Temporal', child.pid as number);
    children.killAll();
    expect(await exited).toEqual([null, 'SIGKILL']);
    children.killAll();
  });
});

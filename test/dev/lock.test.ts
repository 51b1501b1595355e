import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockDataDir } from '../../src/dev/lock';
import { writeStackFile } from '../../src/stack-file';

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'pricehook-lock-'));
});

afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

describe('lockDataDir', () => {
  it('refuses a second holder, naming the first and its API', () => {
    lockDataDir(dataDir);
    writeStackFile(dataDir, {
      pid: process.pid,
      databaseUrl: 'postgres://localhost/pricehook',
      temporalAddress: '127.0.0.1:7233',
      temporalNamespace: 'default',
      apiUrl: 'http://127.0.0.1:8000',
      market: 'replay',
      baseUrls: {},
    });
    expect(() => lockDataDir(dataDir)).toThrow(
      `runs on ${dataDir} already (process ${process.pid}); its API is at http://127.0.0.1:8000`,
    );
  });

  it('can be taken again once it was given back', () => {
    lockDataDir(dataDir)();
    expect(() => lockDataDir(dataDir)).not.toThrow();
  });

  it.each([
    ['a process that is gone', JSON.stringify({ pid: 2 ** 22 + 1, startedAt: '1' })],
    ['another process with the same id', JSON.stringify({ pid: process.pid, startedAt: 'long ago' })],
    ['a write that was cut short', '{"pid":'],
  ])('does not count a lock left by %s', (_, content) => {
    writeFileSync(join(dataDir, 'lock.json'), content);
    expect(() => lockDataDir(dataDir)).not.toThrow();
  });

  it('makes the data directory', () => {
    lockDataDir(join(dataDir, 'new/folder'));
    expect(existsSync(join(dataDir, 'new/folder'))).toBe(true);
  });
});

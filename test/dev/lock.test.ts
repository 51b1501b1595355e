import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockDataDir } from '../../src/dev/lock';
import * as processTable from '../../src/dev/process-table';
import { writeStackFile } from '../../src/stack-file';

// As it is, but open to spies.
jest.mock('../../src/dev/process-table', () => ({
  __esModule: true,
  ...jest.requireActual('../../src/dev/process-table'),
}));

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
    expect(JSON.parse(readFileSync(join(dataDir, 'lock.json'), 'utf8'))).toMatchObject({ pid: process.pid });
    expect(readdirSync(dataDir)).toEqual(['lock.json']);
  });

  it('gives a stale lock to one of two that find it', () => {
    const stale = { pid: 2 ** 22 + 1, startedAt: '1' };
    writeFileSync(join(dataDir, 'lock.json'), JSON.stringify(stale));
    const real = processTable.startedAt;
    let winner: unknown;
    // The second start runs between the first one's look at the stale lock and its own write.
    const look = jest.spyOn(processTable, 'startedAt').mockImplementation((pid) => {
      if (pid === stale.pid && winner === undefined) {
        winner = 'is starting';
        winner = lockDataDir(dataDir);
      }
      return real(pid);
    });
    try {
      expect(() => lockDataDir(dataDir)).toThrow(`runs on ${dataDir} already`);
      expect(winner).toEqual(expect.any(Function));
    } finally {
      look.mockRestore();
    }
  });

  it('is for one at a time to take, and says what to do about one that was killed meanwhile', () => {
    writeFileSync(join(dataDir, 'lock.json.taking'), '');
    expect(() => lockDataDir(dataDir)).toThrow(`remove ${join(dataDir, 'lock.json.taking')}`);
    expect(readdirSync(dataDir)).toEqual(['lock.json.taking']);
  });

  it('makes the data directory', () => {
    lockDataDir(join(dataDir, 'new/folder'));
    expect(existsSync(join(dataDir, 'new/folder'))).toBe(true);
  });
});

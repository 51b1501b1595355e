import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRawArchive } from '../../src/archive/raw-archive';
import { verifyArchive } from '../../src/archive/verify';
import { readArchiveState } from '../../src/db/archive-state';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { testLog } from '../support/stack';
import { expectedLines, storeMany } from './stored';

const PARTITION = 'snapshots/date=1970-01-01/hour=00';
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pricehook-archive-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a test's program in which no file may grow beyond a size: a real refusal of the operating system's. */
function runLimited(script: string, env: Record<string, string>, kilobytes: number | 'unlimited') {
  // The signal would end the process; without it, the write fails.
  const limit = kilobytes === 'unlimited' ? '' : `trap '' XFSZ; ulimit -f ${kilobytes};`;
  const command = `${limit} exec "$0" --import tsx "$1"`;
  const { stdout, stderr, status } = spawnSync(
    'bash',
    ['--norc', '-c', command, process.execPath, join(__dirname, script)],
    {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, ...env },
    },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.replace('begins\n', '');
}

describe('a disk that takes no more', () => {
  it.each([
    ['nothing at all', 0, 'snapshots/BTC.head.json'],
    ['the head only', 1, `${PARTITION}/BTC.csv`],
    ['a part of the files', 20, `${PARTITION}/BTC.csv`],
  ])('after %s leaves no half of a partition, and says why', async (_what, kilobytes, path) => {
    const archive = join(folder, 'replay');
    mkdirSync(join(archive, PARTITION), { recursive: true });
    const failed = JSON.parse(runLimited('write-child.ts', { FOLDER: archive }, kilobytes));
    expect(failed).toEqual({
      name: 'ArchiveError',
      message: `${join(archive, path)} can't be written: the file may not grow any larger (EFBIG)`,
    });
    expect(readdirSync(join(archive, PARTITION))).toEqual([]);
    expect((await verifyArchive(folder)).problems).toEqual([]);
    expect(JSON.parse(runLimited('write-child.ts', { FOLDER: archive }, 'unlimited'))).toMatchObject({
      isNew: true,
    });
    expect(await verifyArchive(folder)).toEqual({ manifests: 1, files: 2, problems: [] });
  });

  describe('of a raw log', () => {
    let test: TestDatabase;
    beforeAll(async () => {
      test = await createTestDatabase();
    });
    afterAll(() => test.drop());
    const raw = () => join(folder, 'replay/raw/BTC.csv');

    it('loses no quote and no line: PostgreSQL has them until there is room', async () => {
      await storeMany(test.db, 'BTC', new Date(Date.UTC(2026, 10, 21)), 100);
      const env = { DATABASE_URL: test.url, FOLDER: folder, ONCE: '1' };
      runLimited('append-child.ts', env, 'unlimited');
      const before = readFileSync(raw(), 'utf8');
      await storeMany(test.db, 'BTC', new Date(Date.UTC(2026, 10, 21, 1)), 4_000);
      const said = runLimited('append-child.ts', env, 20);
      expect(said).toContain(`${raw()} can't be written: the file may not grow any larger (EFBIG)`);
      expect(readFileSync(raw(), 'utf8')).toBe(before);
      expect(await readArchiveState(test.db, 'replay')).toMatchObject({
        failing_since: expect.any(Date),
        failure: expect.stringContaining('EFBIG'),
      });
      await createRawArchive({ db: test.db, folder, log: testLog }).append();
      expect(readFileSync(raw(), 'utf8').trimEnd().split('\n').slice(1)).toEqual(
        await expectedLines(test.db),
      );
      expect(await readArchiveState(test.db, 'replay')).toMatchObject({ failing_since: null });
    });
  });

  const canMount = () => {
    const probe = mkdtempSync(join(tmpdir(), 'pricehook-disk-'));
    const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', probe]);
    if (status === 0) spawnSync('umount', [probe]);
    rmSync(probe, { recursive: true });
    return status === 0;
  };

  (canMount() ? it : it.skip)('is full to the last byte, and has room again', async () => {
    spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]);
    try {
      const archive = join(folder, 'replay');
      mkdirSync(archive);
      writeFileSync(join(folder, 'ballast'), Buffer.alloc(40_000));
      expect(JSON.parse(runLimited('write-child.ts', { FOLDER: archive }, 'unlimited')).message).toMatch(
        /can't be written: the disk is full \(ENOSPC\)$/,
      );
      expect(readdirSync(join(archive, PARTITION))).toEqual([]);
      expect((await verifyArchive(folder)).problems).toEqual([]);
      rmSync(join(folder, 'ballast'));
      expect(JSON.parse(runLimited('write-child.ts', { FOLDER: archive }, 'unlimited'))).toMatchObject({
        isNew: true,
      });
      expect(statSync(join(archive, PARTITION, 'BTC.csv')).size).toBeGreaterThan(0);
    } finally {
      spawnSync('umount', [folder]);
    }
  });
});

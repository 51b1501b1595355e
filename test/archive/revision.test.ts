import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listArchive } from '../../src/archive/list';
import { writePartition } from '../../src/archive/partition';
import { writeRevisable } from '../../src/archive/revision';
import { verifyArchive } from '../../src/archive/verify';
import { runPricehook } from '../cli/run';

const FOLDER = 'processed/date=2026-11-21/hour=03';
const AT = new Date('2026-11-21T03:00:00.000Z');

let folder: string;
let archive: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pricehook-archive-'));
  archive = join(folder, 'archive/replay');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const partition = (counts: number[], name = 'BTC.minutes') => ({
  ...{ folder: FOLDER, name },
  columns: [
    { name: 'minute', type: 'time' as const },
    { name: 'points', type: 'integer' as const },
  ],
  rows: counts.map((points) => ({ minute: AT, points })),
});
const write = (...counts: number[]) => writeRevisable(archive, partition(counts));
const names = () => readdirSync(join(archive, FOLDER)).filter((name) => name.endsWith('.csv'));
const text = (name: string) => readFileSync(join(archive, FOLDER, name), 'utf8');
const problems = async () => (await verifyArchive(join(folder, 'archive'))).problems;

describe('rows that turn out otherwise later', () => {
  it('are written beside those of before, numbered, and the same again is nothing new', async () => {
    expect(await write(1)).toMatchObject({ manifest: `${FOLDER}/BTC.minutes.manifest.json`, isNew: true });
    expect(await write(1)).toMatchObject({ isNew: false });
    const first = text('BTC.minutes.manifest.json');
    expect(await write(1, 2)).toMatchObject({ isNew: true, revision: 1, rows: 2 });
    expect(await write(1, 2)).toMatchObject({
      manifest: `${FOLDER}/BTC.minutes.revision-001.manifest.json`,
      isNew: false,
    });
    // What was true once may be true again; the last one counts.
    expect(await write(1)).toMatchObject({ isNew: true, revision: 2 });
    expect(await write()).toMatchObject({ isNew: true, revision: 3, rows: 0 });
    expect(names()).toEqual([
      'BTC.minutes.csv',
      'BTC.minutes.revision-001.csv',
      'BTC.minutes.revision-002.csv',
      'BTC.minutes.revision-003.csv',
    ]);
    expect(text('BTC.minutes.manifest.json')).toBe(first);
    expect(text('BTC.minutes.revision-002.csv')).toBe(text('BTC.minutes.csv'));
    const { previous, revises } = JSON.parse(text('BTC.minutes.revision-002.manifest.json'));
    expect(revises).toEqual(previous);
    expect(revises.manifest).toBe(`${FOLDER}/BTC.minutes.revision-001.manifest.json`);
    expect(await problems()).toEqual([]);
  });

  it('are nothing where there never were any', async () => {
    expect(await write()).toBeUndefined();
  });

  it('know what they take the place of, though others were written in between', async () => {
    await write(1);
    await writePartition(archive, partition([7], 'BTC.hour'));
    await write(2);
    const { previous, revises } = JSON.parse(text('BTC.minutes.revision-001.manifest.json'));
    expect(revises.manifest).toBe(`${FOLDER}/BTC.minutes.manifest.json`);
    expect(previous.manifest).toBe(`${FOLDER}/BTC.hour.manifest.json`);
    expect((await listArchive(join(folder, 'archive'))).map(({ name, revises }) => [name, revises])).toEqual([
      [`${FOLDER}/BTC.hour`, null],
      [`${FOLDER}/BTC.minutes`, null],
      [`${FOLDER}/BTC.minutes.revision-001`, `${FOLDER}/BTC.minutes`],
    ]);
    const { stdout } = await runPricehook(['archive', 'list'], { DATA_DIR: folder });
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(
      /BTC\.minutes\.revision-001 .* in place of BTC\.minutes$/,
    );
  });

  it('that take the place of nothing, or of something else, are found', async () => {
    await write(1);
    await writePartition(archive, partition([2], 'BTC.minutes.revision-001'));
    expect(await problems()).toMatchObject([
      { path: `${FOLDER}/BTC.minutes.revision-001.manifest.json`, problem: 'broken_chain' },
    ]);
  });

  it('are refused where what they would take the place of can’t be read', async () => {
    await write(1);
    const path = join(archive, FOLDER, 'BTC.minutes.manifest.json');
    rmSync(path);
    writeFileSync(path, '{}');
    await expect(write(2)).rejects.toMatchObject({ kind: 'conflict' });
  });
});

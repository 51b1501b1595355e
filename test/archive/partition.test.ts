import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { ArchiveError } from '../../src/archive/archive-error';
import type { Column, Row } from '../../src/archive/columns';
import { writePartition } from '../../src/archive/partition';
import { verifyArchive } from '../../src/archive/verify';
import { eventually } from '../support/eventually';
import { startProcess } from '../support/processes';
import { hourPartition } from './hours';

const COLUMNS: Column[] = [
  { name: 'at', type: 'time' },
  { name: 'price', type: 'decimal', unit: 'USD' },
  { name: 'change', type: 'double', nullable: true },
  { name: 'count', type: 'integer' },
  { name: 'source', type: 'text' },
  { name: 'reason', type: 'text', nullable: true },
  { name: 'accepted', type: 'boolean' },
];
const AT_MS = Date.UTC(2026, 10, 21, 3);
const row = (index: number): Row => ({
  at: new Date(AT_MS + index),
  price: '65420.150',
  change: index === 0 ? null : index / 3,
  count: index,
  source: index % 2 ? 'a "b", c' : 'okx',
  reason: index % 2 ? '' : null,
  accepted: index % 2 === 0,
});
const FOLDER = 'processed/date=2026-11-21/hour=03';

let folder: string;
let archive: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pricehook-archive-'));
  archive = join(folder, 'replay');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, rows: Row[]) =>
  writePartition(archive, { folder: FOLDER, name, columns: COLUMNS, rows });
const bytes = (name: string) => readFileSync(join(archive, FOLDER, name));
const names = () => readdirSync(join(archive, FOLDER)).sort();
const problems = async () => (await verifyArchive(folder)).problems;

describe('a partition', () => {
  it('is a CSV file, the same as Parquet, and a manifest, read-only', async () => {
    expect(await write('BTC', [row(0), row(1)])).toEqual({
      manifest: `${FOLDER}/BTC.manifest.json`,
      files: [`${FOLDER}/BTC.csv`, `${FOLDER}/BTC.parquet`],
      rows: 2,
      isNew: true,
    });
    expect(names()).toEqual(['BTC.csv', 'BTC.manifest.json', 'BTC.parquet']);
    for (const name of names()) expect(statSync(join(archive, FOLDER, name)).mode & 0o777).toBe(0o444);
    expect(bytes('BTC.csv').toString()).toBe(
      'at,price,change,count,source,reason,accepted\n' +
        '2026-11-21T03:00:00.000Z,65420.150,,0,okx,,true\n' +
        '2026-11-21T03:00:00.001Z,65420.150,0.3333333333333333,1,"a ""b"", c","",false\n',
    );
    const parquet = bytes('BTC.parquet');
    const file = parquet.buffer.slice(parquet.byteOffset, parquet.byteOffset + parquet.length) as ArrayBuffer;
    expect(await parquetReadObjects({ file })).toEqual(
      [row(0), row(1)].map((one) => ({ ...one, price: 65420.15, count: BigInt(one.count as number) })),
    );
    expect(JSON.parse(bytes('BTC.manifest.json').toString())).toMatchObject({
      schema_version: 1,
      columns: COLUMNS,
      rows: 2,
      first_time: '2026-11-21T03:00:00.000Z',
      last_time: '2026-11-21T03:00:00.001Z',
      previous: null,
    });
  });

  it('has the same bytes for the same rows, wherever it is written', async () => {
    const rows = Array.from({ length: 500 }, (_, index) => row(index));
    await write('BTC', rows);
    const first = names().map((name) => bytes(name).toString('base64'));
    archive = join(folder, 'live');
    await write('BTC', rows);
    expect(names().map((name) => bytes(name).toString('base64'))).toEqual(first);
  });

  it('is written once: the same again is nothing new, other rows are an error that overwrites nothing', async () => {
    await write('BTC', [row(0)]);
    const before = names().map((name) => bytes(name).toString('base64'));
    expect(await write('BTC', [row(0)])).toMatchObject({ isNew: false, rows: 1 });
    await expect(write('BTC', [row(0), row(1)])).rejects.toThrow(
      'BTC.manifest.json is archived with 1 rows that are not the 2 of now; nothing was overwritten',
    );
    expect(names().map((name) => bytes(name).toString('base64'))).toEqual(before);
    expect(await problems()).toEqual([]);
  });

  it('is not taken for archived where a file of it was changed', async () => {
    await write('BTC', [row(0)]);
    chmodSync(join(archive, FOLDER, 'BTC.parquet'), 0o644);
    writeFileSync(join(archive, FOLDER, 'BTC.parquet'), 'x');
    await expect(write('BTC', [row(0)])).rejects.toThrow('is not what was archived');
  });

  it('does not overwrite a file that no manifest names', async () => {
    await write('ETH', [row(0)]);
    writeFileSync(join(archive, FOLDER, 'BTC.csv'), 'somebody’s own');
    await expect(write('BTC', [row(0)])).rejects.toThrow(ArchiveError);
    expect(bytes('BTC.csv').toString()).toBe('somebody’s own');
  });

  it('refuses a value that does not fit its column', async () => {
    await expect(write('BTC', [{ ...row(0), price: 'NaN' }])).rejects.toThrow(TypeError);
    await expect(write('BTC', [{ ...row(0), change: Number.NaN }])).rejects.toThrow(TypeError);
    await expect(write('BTC', [{ ...row(0), accepted: null }])).rejects.toThrow(TypeError);
  });

  it('has no rows where there were none', async () => {
    await write('BTC', []);
    expect(JSON.parse(bytes('BTC.manifest.json').toString())).toMatchObject({ rows: 0, first_time: null });
    expect(await problems()).toEqual([]);
  });

  it('is finished, or begun anew, where its writer was killed at any of its steps', async () => {
    await write('BTC.partial-001', [row(0)]);
    const headPath = join(archive, 'processed/BTC.head.json');
    const headBefore = readFileSync(headPath);
    await write('BTC', [row(0), row(1)]);
    const whole = new Map(names().map((name) => [name, bytes(name)]));
    const head = JSON.parse(headBefore.toString());
    const writing = { manifest: `${FOLDER}/BTC.manifest.json`, files: ['BTC.csv', 'BTC.parquet'] };
    const steps = [
      [],
      ['BTC.csv'],
      ['BTC.csv', 'BTC.parquet'],
      ['BTC.csv', 'BTC.parquet', 'BTC.manifest.json'],
    ];
    for (const next of ['BTC', 'BTC.partial-002']) {
      for (const there of steps) {
        for (const name of names().filter((one) => !one.startsWith('BTC.partial-001')))
          rmSync(join(archive, FOLDER, name), { force: true });
        for (const name of there) writeFileSync(join(archive, FOLDER, name), whole.get(name) as Buffer);
        if (there.length < 3)
          writeFileSync(join(archive, FOLDER, '.BTC.parquet.0a1b2c3d.draft'), 'half of i');
        writeFileSync(headPath, JSON.stringify({ ...head, writing }));
        expect(await problems()).toEqual([]);
        // Whatever is written next to the chain, and then the same again.
        await write(next, [row(0), row(1)]);
        await write('BTC', [row(0), row(1)]);
        expect(names().filter((name) => !name.includes('002'))).toEqual([...whole.keys()]);
        expect(bytes('BTC.csv').equals(whole.get('BTC.csv') as Buffer)).toBe(true);
        expect(await problems()).toEqual([]);
      }
    }
  });

  it.each([
    ['of this chain that is there', `${FOLDER}/BTC.manifest.json`, 'BTC.csv'],
    ['of another chain', `${FOLDER}/ETH.partial-001.manifest.json`, 'ETH.partial-001.csv'],
  ])('is not removed, nor added to, where a head names a manifest %s', async (_, manifest, file) => {
    await write('BTC', [row(0)]);
    await write('BTC.partial-001', [row(0)]);
    writeFileSync(join(archive, FOLDER, 'ETH.partial-001.csv'), 'not of this chain');
    const headPath = join(archive, 'processed/BTC.head.json');
    const head = JSON.parse(readFileSync(headPath, 'utf8'));
    writeFileSync(headPath, JSON.stringify({ ...head, writing: { manifest, files: [file] } }));
    const before = names();
    await expect(write('BTC.partial-002', [row(1)])).rejects.toMatchObject({ kind: 'conflict' });
    expect(names()).toEqual(before);
  });

  it('is all there or not at all where its writer was killed in earnest, again and again', async () => {
    const hours = 60;
    const files = () =>
      readdirSync(archive, { recursive: true }).filter((name) => /\.(csv|parquet|json)$/.test(`${name}`));
    for (let turn = 0; turn < 4; turn += 1) {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(archive, { recursive: true });
      const env = { FOLDER: archive, HOURS: String(hours) };
      const writer = await startProcess(join(__dirname, 'write-child.ts'), env, 'begins');
      await eventually(() => expect(files().length).toBeGreaterThan(turn * 30));
      await writer.kill();
      const left = await verifyArchive(folder);
      expect(left.problems).toEqual([]);
      for (let hour = 0; hour < hours; hour += 1) await writePartition(archive, hourPartition(hour));
      expect(await verifyArchive(folder)).toEqual({ manifests: hours, files: 2 * hours, problems: [] });
      expect(
        readdirSync(archive, { recursive: true }).filter((name) => `${name}`.endsWith('.draft')),
      ).toEqual([]);
    }
  }, 120_000);
});

import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writePartition } from '../../src/archive/partition';
import { verifyArchive } from '../../src/archive/verify';
import { runPricehook } from '../cli/run';

let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pricehook-archive-'));
  for (const ticker of ['BTC', 'ETH']) for (const hour of [1, 2, 3, 4]) await write(ticker, hour);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (ticker: string, hour: number, price = '100') =>
  writePartition(join(folder, 'archive/replay'), {
    folder: `snapshots/date=2026-11-21/hour=0${hour}`,
    name: ticker,
    columns: [
      { name: 'tick_at', type: 'time' },
      { name: 'price', type: 'decimal' },
    ],
    rows: [{ tick_at: new Date(Date.UTC(2026, 10, 21, hour)), price }],
  });
const at = (path: string) => join(folder, 'archive/replay', path);
const hour = (number: number, name: string) => `snapshots/date=2026-11-21/hour=0${number}/${name}`;
const verify = () => verifyArchive(join(folder, 'archive'));
const found = async () => (await verify()).problems.map(({ path, problem }) => `${problem} ${path}`).sort();

function rewrite(path: string, change: (text: string) => string): void {
  const text = readFileSync(at(path), 'utf8');
  const changed = change(text);
  expect(changed).not.toBe(text);
  rmSync(at(path));
  writeFileSync(at(path), changed);
}

function symlinkTo(path: string, target: string): void {
  rmSync(path);
  symlinkSync(target, path);
}

const ENDINGS = ['csv', 'parquet', 'manifest.json'];

function removeHour(number: number): void {
  for (const ending of ENDINGS) rmSync(at(hour(number, `BTC.${ending}`)));
}

describe('archive verify', () => {
  it('finds nothing where nothing was touched, and says how much it looked at', async () => {
    expect(await verify()).toEqual({ manifests: 8, files: 16, problems: [] });
    expect(await verifyArchive(join(folder, 'nowhere'))).toEqual({ manifests: 0, files: 0, problems: [] });
  });

  it.each<[string, () => void, string[]]>([
    [
      'a file that was changed',
      () => rewrite(hour(2, 'BTC.csv'), (t) => t.replace('100', '101')),
      [`changed ${hour(2, 'BTC.csv')}`],
    ],
    [
      'a file that grew',
      () => rewrite(hour(2, 'BTC.csv'), (t) => `${t}more\n`),
      [`changed ${hour(2, 'BTC.csv')}`],
    ],
    [
      'a file that was cut',
      () => truncateSync(at(hour(4, 'ETH.parquet')), 20),
      [`truncated ${hour(4, 'ETH.parquet')}`],
    ],
    ['a file that is gone', () => rmSync(at(hour(1, 'BTC.parquet'))), [`missing ${hour(1, 'BTC.parquet')}`]],
    [
      'a manifest that is gone',
      () => rmSync(at(hour(2, 'BTC.manifest.json'))),
      [
        `missing ${hour(2, 'BTC.manifest.json')}`,
        `unknown ${hour(2, 'BTC.csv')}`,
        `unknown ${hour(2, 'BTC.parquet')}`,
      ],
    ],
    ['a whole hour that is gone', () => removeHour(3), [`missing ${hour(3, 'BTC.manifest.json')}`]],
    ['the last hour that is gone', () => removeHour(4), [`missing ${hour(4, 'BTC.manifest.json')}`]],
    [
      'a manifest that was changed',
      () => rewrite(hour(2, 'BTC.manifest.json'), (t) => t.replace('"rows": 1', '"rows": 2')),
      [`changed ${hour(2, 'BTC.manifest.json')}`],
    ],
    [
      'the last manifest that was changed',
      () => rewrite(hour(4, 'BTC.manifest.json'), (t) => t.replace('"rows": 1', '"rows": 2')),
      [`changed ${hour(4, 'BTC.manifest.json')}`],
    ],
    [
      'a manifest that is damaged',
      () => truncateSync(at(hour(2, 'BTC.manifest.json')), 100),
      [
        `unknown ${hour(2, 'BTC.csv')}`,
        `unknown ${hour(2, 'BTC.parquet')}`,
        `unreadable ${hour(2, 'BTC.manifest.json')}`,
      ],
    ],
    [
      'a manifest that was put in',
      () => {
        const text = readFileSync(at(hour(2, 'BTC.manifest.json')), 'utf8');
        writeFileSync(at(hour(2, 'BTC.partial-001.manifest.json')), text);
      },
      [`broken_chain ${hour(2, 'BTC.partial-001.manifest.json')}`],
    ],
    [
      'a file that was put in',
      () => writeFileSync(at(hour(2, 'SOL.csv')), ''),
      [`unknown ${hour(2, 'SOL.csv')}`],
    ],
    ['a head that is gone', () => rmSync(at('snapshots/BTC.head.json')), ['missing snapshots/BTC.head.json']],
    [
      'an hour in place of another',
      () => {
        removeHour(2);
        for (const end of ENDINGS) {
          copyFileSync(at(hour(1, `BTC.${end}`)), at(hour(2, `BTC.${end}`)));
        }
      },
      [`broken_chain ${hour(1, 'BTC.manifest.json')}`, `changed ${hour(2, 'BTC.manifest.json')}`],
    ],
  ])('finds %s, and only that', async (_what, tamper, expected) => {
    tamper();
    expect(await found()).toEqual(expected.sort());
  });

  it.each([
    ['is a link to itself', () => symlinkTo(at(hour(2, 'BTC.csv')), join(folder, 'elsewhere.csv'))],
    ['is a device without an end', () => symlinkTo(at(hour(2, 'BTC.csv')), '/dev/zero')],
  ])('does not follow what %s, elsewhere', async (_, replace) => {
    copyFileSync(at(hour(2, 'BTC.csv')), join(folder, 'elsewhere.csv'));
    replace();
    expect(await found()).toEqual([`changed ${hour(2, 'BTC.csv')}`]);
  });

  it('reads no manifest that is a device, is far too large, or leads out of the archive', async () => {
    const outside = '../../../../../elsewhere.csv';
    writeFileSync(join(folder, 'elsewhere.csv'), '');
    symlinkSync('/dev/zero', at(hour(1, 'BTC.partial-001.manifest.json')));
    const text = readFileSync(at(hour(4, 'BTC.manifest.json')), 'utf8');
    writeFileSync(at(hour(1, 'BTC.partial-002.manifest.json')), text.padEnd(2_000_000));
    writeFileSync(at(hour(1, 'BTC.partial-003.manifest.json')), text.replace('BTC.csv', outside));
    expect(await found()).toEqual(
      [1, 2, 3].map((number) => `unreadable ${hour(1, `BTC.partial-00${number}.manifest.json`)}`),
    );
  });

  it('knows a head that would have files removed which are others', async () => {
    const write = (manifest: string, files: string[]) =>
      rewrite('snapshots/BTC.head.json', (text) =>
        JSON.stringify({ ...JSON.parse(text), writing: { manifest, files } }),
      );
    for (const [manifest, file] of [
      ['../../elsewhere/BTC.manifest.json', 'BTC.csv'],
      [hour(5, 'BTC.manifest.json'), 'ETH.csv'],
      [hour(5, 'BTC.manifest.json'), '../BTC.csv'],
    ] as const) {
      write(manifest, [file]);
      expect(await found()).toEqual(['unreadable snapshots/BTC.head.json']);
    }
    write(hour(4, 'ETH.manifest.json'), ['ETH.csv']);
    expect(await found()).toEqual(['broken_chain snapshots/BTC.head.json']);
  });

  it('finds an hour that was made anew with its manifest, by the ones after it', async () => {
    const other = mkdtempSync(join(tmpdir(), 'pricehook-archive-'));
    const mine = folder;
    folder = other;
    await write('BTC', 1, '999');
    folder = mine;
    for (const end of ENDINGS)
      renameSync(join(other, 'archive/replay', hour(1, `BTC.${end}`)), at(hour(1, `BTC.${end}`)));
    rmSync(other, { recursive: true });
    expect(await found()).toEqual([`changed ${hour(1, 'BTC.manifest.json')}`]);
  });
});

describe('pricehook archive', () => {
  const run = (...args: string[]) => runPricehook(['archive', ...args], { DATA_DIR: folder });

  it('verifies, and ends with 1 where something is wrong', async () => {
    expect(await run('verify')).toEqual({
      code: 0,
      stdout: '16 files of 8 manifests checked: nothing wrong\n',
      stderr: '',
    });
    truncateSync(at(hour(2, 'BTC.csv')), 10);
    const { code, stdout } = await run('verify');
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: `replay/${hour(2, 'BTC.csv')}: truncated: it has 10 of 43 bytes\n16 files of 8 manifests checked: 1 wrong\n`,
    });
    const json = await run('verify', '--json');
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      manifests: 8,
      files: 16,
      problems: [{ market: 'replay', path: hour(2, 'BTC.csv'), problem: 'truncated' }],
    });
    // A name does not steer the terminal, nor make up a line.
    writeFileSync(at(hour(2, 'a\u001b[2J\nnothing wrong')), '');
    expect((await run('verify')).stdout).toContain('a\\u001b[2J\\u000anothing wrong: unknown');
  });

  it('lists what there is', async () => {
    const { stdout } = await run('list');
    expect(stdout.split('\n')[0]).toMatch(
      /^replay\/snapshots\/date=2026-11-21\/hour=01\/BTC {2}\d+ bytes {2}1 rows {2}2026-11-21T01:00:00.000Z to 2026/,
    );
    const { stdout: json } = await run('list', '--json');
    expect(JSON.parse(json)).toHaveLength(8);
  });
});

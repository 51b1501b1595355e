import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { runPricehook } from './run';

const RECORDED = (ticker: string) => join(__dirname, `../../data/recorded/2021-05/${ticker}USDT-1m.csv.gz`);
const HEADER = 'open_time,open,high,low,close,volume';
const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2021, 4, 1);

let database: TestDatabase;
let folder: string;
beforeEach(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'candles-'));
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await database.drop();
});

const run = (...args: string[]) => runPricehook(args, { DATABASE_URL: database.url, MARKET: 'replay' });
const importFile = (file: string, ...more: string[]) =>
  run('import', 'candles', file, '--ticker', 'BTC', ...more);
/** A file of lines, whose times are minutes from the start. */
function fileOf(lines: string[], header = HEADER, name = 'candles.csv'): string {
  const file = join(folder, name);
  const rows = lines.map((line) =>
    line.replace(/^\d+/, (minute) => String(START_MS + Number(minute) * MINUTE_MS)),
  );
  const text = [header, ...rows, ''].join('\n');
  writeFileSync(file, name.endsWith('.gz') ? gzipSync(text) : text);
  return file;
}
const candles = () => database.db.selectFrom('candles').selectAll().orderBy('minute').execute();
const count = async (table: 'candles' | 'statistics_minute' | 'statistics_hour' | 'anomalies') =>
  (await database.db.selectFrom(table).select('market').execute()).length;

describe('pricehook import candles', () => {
  it('fills in a recorded fortnight with its statistics and anomalies; again, it changes nothing', async () => {
    const first = await importFile(RECORDED('BTC'));
    expect(first.code).toBe(0);
    expect(first.stdout).toBe(
      'BTC (replay): 19,920 minutes from 2021-05-01T00:00:00.000Z to 2021-05-14T19:59:00.000Z: ' +
        '19,920 new, 0 the same, 0 changed\n0 minutes are missing between them; 9 anomalies\n',
    );
    const counts = async () => [
      await count('candles'),
      await count('statistics_minute'),
      await count('statistics_hour'),
    ];
    expect(await counts()).toEqual([19_920, 39_840, 332]);
    const { db } = database;
    const everything = async () => [
      await db.selectFrom('anomalies').selectAll().orderBy('started_at').orderBy('rule').execute(),
      await db
        .selectFrom('candles')
        .select('xmin' as never)
        .groupBy('xmin' as never)
        .execute(),
      await db
        .selectFrom('statistics_minute')
        .select('xmin' as never)
        .groupBy('xmin' as never)
        .execute(),
      await db
        .selectFrom('anomaly_states')
        .select('xmin' as never)
        .groupBy('xmin' as never)
        .execute(),
    ];
    const before = await everything();
    const again = await importFile(RECORDED('BTC'));
    expect(again.stdout).toContain('0 new, 19,920 the same, 0 changed\n');
    expect(await everything()).toEqual(before);
  }, 300_000);

  it('says how much was new, the same and changed, and what is missing', async () => {
    await importFile(fileOf(['0,1,2,1,2,5', '1,2,3,2,3,5', '4,1,1,1,1,0']));
    const { stdout } = await importFile(
      fileOf(['0,1.0,2,1,2,5', '1,2,4,2,3,5', '3,2,2,2,2,1', '5,1,1,1,1,']),
    );
    expect(stdout).toContain(
      '4 minutes from 2021-05-01T00:00:00.000Z to 2021-05-01T00:05:00.000Z: 2 new, 1 the same, 1 changed',
    );
    expect(stdout).toContain('2 minutes are missing between them');
    expect(await candles()).toMatchObject([
      {
        open: '1',
        high: '2',
        low: '1',
        close: '2',
        volume: '5',
        quote_count: 0,
        market: 'replay',
        ticker: 'BTC',
      },
      { high: '4', volume: '5' },
      { minute: new Date(START_MS + 3 * MINUTE_MS) },
      { volume: '0' },
      { volume: null },
    ]);
  });

  it('keeps a volume that the file does not have, and takes packed files and another market', async () => {
    await importFile(fileOf(['0,1,1,1,1,7']));
    const file = fileOf(['0,1,1,1,1'], 'open_time,open,high,low,close', 'candles.csv.gz');
    expect((await importFile(file)).stdout).toContain('0 new, 1 the same, 0 changed');
    expect((await importFile(file, '--market', 'live')).stdout).toContain('BTC (live): 1 minutes');
    expect((await candles()).map(({ market, volume }) => [market, volume]).sort()).toEqual([
      ['live', null],
      ['replay', '7'],
    ]);
  });

  it('computes anew what looks back on what has changed', async () => {
    const flat = Array.from({ length: 120 }, (_, minute) => `${minute},100,100,100,100,1`);
    await importFile(fileOf(flat));
    expect(await count('anomalies')).toBe(0);
    await importFile(fileOf(['30,50,50,50,50,1']));
    const changes = await database.db
      .selectFrom('statistics_minute')
      .select(['minute', 'change'])
      .where('window_minutes', '=', 60)
      .where('change', '!=', 0)
      .execute();
    expect(changes).toEqual([{ minute: new Date(START_MS + 90 * MINUTE_MS), change: 100 }]);
    const anomalies = await database.db.selectFrom('anomalies').selectAll().execute();
    expect(anomalies).toMatchObject([{ rule: 'change_1h', value: 100, started_at: changes[0]?.minute }]);
  });

  it.each([
    ['1,2,3,1,2', '5 fields; allowed: 6, as in the header'],
    ['1,2,3,1,x,5', 'close is "x"; allowed: a decimal number from 1e-12 to 1e15'],
    ['1,0,3,0,2,5', 'open is "0"; allowed: a decimal number'],
    [
      '1,2,1.9,1,2,5',
      'high is "1.9" and low "1"; allowed: no price of the minute above its high or below its low',
    ],
    ['1,2,3,1,2,-5', 'volume is "-5"; allowed: a number from 0 on, or nothing'],
    ['0,2,3,1,2,5', `open_time is "${START_MS}"; allowed: a later minute than in the line before`],
    [
      'x,2,3,1,2,5',
      'open_time is "x"; allowed: the beginning of a minute that is over, in Unix milliseconds',
    ],
    ['99999999,2,3,1,2,5', 'allowed: the beginning of a minute that is over'],
    ['1,2,"3"x,1,2,5', 'it is no CSV'],
  ])('refuses %s by its line, and imports nothing', async (line, message) => {
    const file = fileOf(['0,1,1,1,1,1', line, '2,1,1,1,1,1']);
    const { code, stdout, stderr } = await importFile(file);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`${file}, line 3: `);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(await candles()).toEqual([]);
  });

  it('refuses a bad line after thousands of good ones, and leaves what was there', async () => {
    await importFile(fileOf(['0,1,1,1,1,1']));
    const lines = Array.from({ length: 25_000 }, (_, minute) => `${minute},2,2,2,2,1`);
    const { stderr } = await importFile(fileOf([...lines, '25000,2,2,2,nothing,1']));
    expect(stderr).toContain('line 25002: close is "nothing"');
    expect(await candles()).toMatchObject([{ close: '1' }]);
    expect(await count('statistics_minute')).toBe(2);
  });

  it('refuses files that are none, and tickers that are not watched, in one line', async () => {
    const whole = readFileSync(RECORDED('BTC'));
    const cut = join(folder, 'cut.csv.gz');
    writeFileSync(cut, whole.subarray(0, 100_000));
    const plain = join(folder, 'plain.csv.gz');
    writeFileSync(plain, gunzipSync(whole).subarray(0, 1_000));
    const complaints: [string, string[], string][] = [
      [
        fileOf(['0,1,1,1,1,1'], 'time,open,high,low,close,volume', 'header.csv'),
        [],
        'line 1: the header is "time,open',
      ],
      [fileOf([]), [], 'holds no candles'],
      [cut, [], "can't be unpacked, or not to its end"],
      [plain, [], "can't be unpacked"],
      [join(folder, 'none.csv'), [], "can't be read"],
      [RECORDED('BTC'), ['--ticker', 'XYZ'], '--ticker is "XYZ"; allowed: those of TICKERS, BTC, ETH'],
      [RECORDED('BTC'), ['--market', 'moon'], 'Allowed choices are live, replay'],
    ];
    for (const [file, more, complaint] of complaints) {
      const { code, stderr } = await importFile(file, ...more);
      expect(code).toBe(more.length > 0 ? 2 : 1);
      expect(stderr).toContain(complaint);
      expect(stderr.trim().split('\n')).toHaveLength(1);
    }
    // 100 MB in one line: nobody has read it when it is refused.
    const bomb = join(folder, 'bomb.csv.gz');
    writeFileSync(bomb, gzipSync(Buffer.alloc(100_000_000, 'a')));
    expect((await importFile(bomb)).stderr).toContain('line 1: it is no CSV');
    writeFileSync(join(folder, 'empty.csv'), '');
    expect((await importFile(join(folder, 'empty.csv'))).stderr).toContain(
      'is empty; allowed: the line open_time',
    );
    expect(await candles()).toEqual([]);
  }, 120_000);

  it('says which database is missing', async () => {
    const { code, stderr } = await runPricehook(['import', 'candles', 'x.csv', '--ticker', 'BTC'], {
      DATA_DIR: folder,
    });
    expect(code).toBe(1);
    expect(stderr).toBe(
      `DATABASE_URL is not set and no stack runs on ${folder}; allowed: set it, or run \`npm start\` first\n`,
    );
  });
});

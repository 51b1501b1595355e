import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { sql } from 'kysely';
import pino from 'pino';
import { createArchiveActivities, type SnapshotResult } from '../../src/activities/archive';
import { createValidateActivities, type ValidateResult } from '../../src/activities/validate';
import { withArchiveLock } from '../../src/archive/lock';
import { createRawArchive } from '../../src/archive/raw-archive';
import { verifyArchive } from '../../src/archive/verify';
import { keepPartitions } from '../../src/db/partitions';
import { SOURCES, storeTick } from '../archive/stored';
import { createTestDatabase, type TestDatabase } from '../support/database';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const NOW_HOUR_MS = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
const OVER_MS = NOW_HOUR_MS - 24 * HOUR_MS;

let test: TestDatabase;
let folder: string;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());
beforeEach(async () => {
  await sql`truncate source_quotes, ticks, archive_state, candles`.execute(test.db);
  folder = mkdtempSync(join(tmpdir(), 'pricehook-archive-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function snapshot(hourMs: number, partial = false): Promise<SnapshotResult> {
  const deps = {
    db: test.db,
    market: 'replay' as const,
    tickers: ['BTC', 'ETH', 'SOL'],
    windows: [60],
    folder,
  };
  return new MockActivityEnvironment().run(createArchiveActivities(deps).snapshotHour, { hourMs, partial });
}

function validate(hourMs: number): Promise<ValidateResult> {
  const { validateHour } = createValidateActivities({
    ...{ db: test.db, alarms: { market: 'replay', told: false }, folder, tickers: TICKERS, sources: SOURCES },
    ...{ threshold: 0.9, tickMs: 10_000, slowMs: {}, maxDeviation: 0.02, minSources: 1 },
  });
  return new MockActivityEnvironment().run(validateHour, { hourMs });
}

const hourOf = (hourMs: number) => {
  const iso = new Date(hourMs).toISOString();
  return `snapshots/date=${iso.slice(0, 10)}/hour=${iso.slice(11, 13)}`;
};
const names = (hourMs: number) => readdirSync(join(folder, 'replay', hourOf(hourMs))).sort();
const text = (hourMs: number, name: string) =>
  readFileSync(join(folder, 'replay', hourOf(hourMs), name), 'utf8');
const problems = async () => (await verifyArchive(folder)).problems;
const TICKERS = ['BTC', 'ETH'];

describe('snapshotHour', () => {
  it('archives what was said in the hour, and nothing of the hours beside it', async () => {
    for (const at of [-10_000, 0, 10_000, HOUR_MS - 1, HOUR_MS])
      await storeTick(test.db, OVER_MS + at, 100.25, TICKERS);
    const result = await snapshot(OVER_MS);
    expect(result).toEqual({
      partial: false,
      written: TICKERS.map((ticker) => ({
        ticker,
        manifest: `${hourOf(OVER_MS)}/${ticker}.manifest.json`,
        files: [`${hourOf(OVER_MS)}/${ticker}.csv`, `${hourOf(OVER_MS)}/${ticker}.parquet`],
        rows: 9,
        isNew: true,
      })),
      empty: ['SOL'],
    });
    const lines = text(OVER_MS, 'BTC.csv').trimEnd().split('\n');
    const at = new Date(OVER_MS).toISOString();
    expect(lines[0]).toBe('tick_at,source_time,received_at,source,price,accepted,reason');
    expect(lines[1]).toBe(`${at},,${at},binance,100.25,true,`);
    expect(lines[3]).toMatch(new RegExp(`^${at},.*,okx,102.25,false,deviates$`));
    expect(lines).toHaveLength(10);
    expect(await problems()).toEqual([]);
  });

  it('run twice leaves the same files, and refuses other rows for an hour that is archived', async () => {
    await storeTick(test.db, OVER_MS, 100, TICKERS);
    await snapshot(OVER_MS);
    const before = text(OVER_MS, 'BTC.manifest.json');
    expect((await snapshot(OVER_MS)).written.map(({ isNew }) => isNew)).toEqual([false, false]);
    await storeTick(test.db, OVER_MS + 1, 100, TICKERS);
    await expect(snapshot(OVER_MS)).rejects.toMatchObject({
      type: 'ArchiveConflict',
      nonRetryable: true,
      message: expect.stringContaining('is archived with 3 rows that are not the 6 of now'),
    });
    expect(text(OVER_MS, 'BTC.manifest.json')).toBe(before);
    expect(await problems()).toEqual([]);
  });

  it('waits for an hour that is not over, or archives it as numbered partial snapshots', async () => {
    await storeTick(test.db, NOW_HOUR_MS, 100, ['BTC']);
    await expect(snapshot(NOW_HOUR_MS)).rejects.toMatchObject({ type: 'HourNotOver', nonRetryable: false });
    expect((await snapshot(NOW_HOUR_MS, true)).partial).toBe(true);
    const first = text(NOW_HOUR_MS, 'BTC.partial-001.csv');
    // Nothing new was said: no new snapshot.
    await snapshot(NOW_HOUR_MS, true);
    await storeTick(test.db, NOW_HOUR_MS + 1, 101, ['BTC']);
    await snapshot(NOW_HOUR_MS, true);
    const ends = ['csv', 'manifest.json', 'parquet'];
    expect(names(NOW_HOUR_MS)).toEqual(
      ['001', '002'].flatMap((n) => ends.map((end) => `BTC.partial-${n}.${end}`)),
    );
    expect(text(NOW_HOUR_MS, 'BTC.partial-001.csv')).toBe(first);
    expect(await problems()).toEqual([]);
  });

  it('takes an hour for over once a tick of the next was published, since none of it can be any longer', async () => {
    const lastMs = NOW_HOUR_MS - HOUR_MS;
    await storeTick(test.db, lastMs, 100, ['BTC']);
    await snapshot(lastMs, true);
    await storeTick(test.db, NOW_HOUR_MS, 101, ['BTC']);
    expect(await snapshot(lastMs, true)).toMatchObject({ partial: false });
    expect(names(lastMs)).toEqual(expect.arrayContaining(['BTC.csv']));
    expect(await problems()).toEqual([]);
  });

  it('tells quotes that were dropped from an hour in which nobody said anything', async () => {
    await keepPartitions(test.db, { nowMs: Date.now(), retentionMs: 7 * DAY_MS });
    const todayMs = Math.floor(Date.now() / DAY_MS) * DAY_MS;
    // Also just after midnight.
    const overMs = todayMs - 2 * HOUR_MS;
    expect(await snapshot(todayMs, true)).toMatchObject({ written: [], empty: ['BTC', 'ETH', 'SOL'] });
    await expect(snapshot(overMs)).rejects.toMatchObject({ type: 'QuotesDropped' });
    // What was archived before they were dropped is no new matter.
    await storeTick(test.db, overMs, 100, ['BTC']);
    await snapshot(overMs);
    await sql`truncate source_quotes`.execute(test.db);
    expect(await snapshot(overMs)).toMatchObject({
      written: [{ ticker: 'BTC', rows: 3, isNew: false }],
    });
  });

  it('is made of the raw log where PostgreSQL has dropped the quotes, to the same bytes', async () => {
    const dayMs = Math.floor(Date.now() / DAY_MS) * DAY_MS - 9 * DAY_MS;
    const hourMs = dayMs + 5 * HOUR_MS;
    for (const at of [-10_000, 0, 10_000, HOUR_MS - 1, HOUR_MS])
      await storeTick(test.db, hourMs + at, 100.25 + at / 1e9, TICKERS);
    // Not in the order of sources, and of a source twice.
    await sql`
      insert into source_quotes (market, ticker, source, price, source_time, received_at, tick_at, accepted, reason)
      select market, ticker, source, price + 1, null, received_at, tick_at, false, 'too_old' from source_quotes
      where ticker = 'BTC' and source <> 'kraken' order by source desc`.execute(test.db);
    const raw = createRawArchive({ db: test.db, folder, log: pino({ level: 'silent' }) });
    const [made, again] = [folder, mkdtempSync(join(tmpdir(), 'pricehook-archive-'))];
    try {
      await raw.append();
      const fromPostgres = await snapshot(hourMs);
      expect(fromPostgres.written).toMatchObject([{ rows: 15 }, { rows: 9 }]);
      const judged = await validate(hourMs);
      expect(judged.rules).toHaveProperty('missing_ticks');
      cpSync(join(made, 'replay/raw'), join(again, 'replay/raw'), { recursive: true });
      // The logs of both days: the one that is open, and the one that is closed.
      for (const closes of [false, true]) {
        if (closes) {
          await storeTick(test.db, Date.now(), 100, TICKERS);
          await raw.append();
          rmSync(again, { recursive: true });
          cpSync(join(made, 'replay/raw'), join(again, 'replay/raw'), { recursive: true });
        }
        await keepPartitions(test.db, { nowMs: Date.now(), retentionMs: 7 * DAY_MS });
        const { rows } =
          await sql`select from source_quotes where tick_at < ${new Date(dayMs + DAY_MS)}`.execute(test.db);
        expect(rows).toEqual([]);
        folder = again;
        expect(await validate(hourMs)).toEqual(judged);
        expect(await snapshot(hourMs)).toEqual(fromPostgres);
        for (const name of names(hourMs).filter((one) => !one.endsWith('.manifest.json'))) {
          const both = [made, again].map((root) => readFileSync(join(root, 'replay', hourOf(hourMs), name)));
          expect(both[1]?.equals(both[0] as Buffer)).toBe(true);
        }
        expect(await problems()).toEqual([]);
        // An hour in which nobody said anything, though we were there.
        expect(await snapshot(hourMs + 3 * HOUR_MS)).toMatchObject({ written: [] });
        // It is no partial snapshot's business, and the same again is the same.
        expect((await snapshot(hourMs)).written.every(({ isNew }) => !isNew)).toBe(true);
        folder = made;
      }

      folder = again;
      rmSync(join(folder, 'replay/snapshots'), { recursive: true });
      const log = join(folder, 'replay/raw', `BTC.${new Date(dayMs).toISOString().slice(0, 10)}.csv`);
      chmodSync(log, 0o644);
      writeFileSync(log, readFileSync(log, 'utf8').replace('binance', 'kraken'));
      const lost = (message: string) => ({
        ...{ type: 'QuotesDropped', nonRetryable: true, message: expect.stringContaining(message) },
      });
      await expect(snapshot(hourMs)).rejects.toMatchObject(lost('is not what was archived'));
      rmSync(log);
      await expect(snapshot(hourMs)).rejects.toMatchObject(lost('is gone'));
      rmSync(join(folder, 'replay/raw'), { recursive: true });
      await expect(snapshot(hourMs)).rejects.toMatchObject(lost('the raw log has nothing of that time'));
      await test.db
        .insertInto('candles')
        .values({
          ...{ market: 'replay', ticker: 'BTC', minute: new Date(hourMs), quote_count: 1 },
          ...{ open: '1', high: '1', low: '1', close: '1' },
        })
        .execute();
      await expect(snapshot(hourMs)).rejects.toMatchObject(lost('Source quotes of BTC of the hour'));
    } finally {
      folder = made;
      rmSync(again, { recursive: true, force: true });
      await raw.stop();
    }
  });

  it('is made by one at a time, and tried again where another is at it', async () => {
    await storeTick(test.db, OVER_MS, 100, TICKERS);
    await withArchiveLock(test.db, 'replay', 'partitions', async () => {
      await expect(snapshot(OVER_MS)).rejects.toMatchObject({ type: 'ArchiveBusy', nonRetryable: false });
    });
    const all = await Promise.allSettled(Array.from({ length: 5 }, () => snapshot(OVER_MS)));
    expect(all.some(({ status }) => status === 'fulfilled')).toBe(true);
    expect(await problems()).toEqual([]);
    expect(names(OVER_MS)).toHaveLength(6);
  });
});

import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { type MinuteReader, openMinutes } from '../../src/archive/archived-minutes';
import { readCandleSeries, readSpreads } from '../../src/db/candle-series';
import type { Metric } from '../../src/domain/metrics';
import type { Rule } from '../../src/domain/rule';
import { HOUR_MS } from '../../src/domain/statistics-hour';
import { ArchivedSpanError, MOST_ARCHIVED_HOURS, previewAlert } from '../../src/preview';
import { type Live, runLive, SPAN, TICKERS } from '../archive-replay/live';

const MINUTE_MS = 60_000;
const HOURS = [0, 1, 2].map((hour) => SPAN.fromMs + hour * HOUR_MS);

let live: Live;
let archive: MinuteReader;
const unreadable: unknown[] = [];
beforeAll(async () => {
  live = await runLive();
}, 120_000);
beforeEach(() => {
  unreadable.length = 0;
  archive = openMinutes(join(live.dataDir, 'archive/replay'), (error) => unreadable.push(error));
});
afterAll(async () => {
  rmSync(live.dataDir, { recursive: true, force: true });
  await live.database.drop();
});

const db = () => live.database.db;
const spanOf = (ticker: string, hourMs: number) => ({
  ...{ market: 'replay' as const, ticker, fromMs: hourMs, toMs: hourMs + HOUR_MS },
});

/** Without the last minute: the tick that ended it is in the snapshot of an hour that was not over. */
const settled = (rows: Record<string, number>[]) =>
  rows.filter(({ minutesMs }) => minutesMs !== SPAN.toMs - MINUTE_MS);

/** One object a minute. */
function rowsOf<K extends string>(series: Record<K | 'minutesMs', Float64Array>): Record<string, number>[] {
  const columns = Object.entries<Float64Array>(series);
  return Array.from(series.minutesMs, (_, n) =>
    Object.fromEntries(columns.map(([name, values]) => [name, values[n] as number])),
  );
}

const fires = (metric: Metric, threshold: number, condition: Rule['condition'] = 'gt'): Rule => ({
  ...{ metric, condition, bounds: [threshold], forMs: 0, activeHours: null, tellsEnd: false },
  repeat: { everyMs: MINUTE_MS, maxFirings: null, rearm: null, rebase: false },
});
/** After the hour some of whose minutes were fetched. */
const LATER = { fromMs: SPAN.fromMs + HOUR_MS, toMs: SPAN.toMs - MINUTE_MS };
const firingsOf = async (rule: Rule, ticker: string, reader?: MinuteReader) =>
  (await previewAlert({ db: db(), archive: reader }, { market: 'replay', ticker, rule, ...LATER })).firings;

describe('the minutes of the archive', () => {
  it('are those that were stored; of fetched ones there is the close', async () => {
    for (const ticker of TICKERS) {
      const fetched = await db()
        .selectFrom('candles')
        .select('minute')
        .where('ticker', '=', ticker)
        .where('source', 'is not', null)
        .execute();
      const isFetched = new Set(fetched.map(({ minute }) => minute.getTime()));
      expect(isFetched.size).toBe(5);
      for (const hourMs of HOURS) {
        const stored = rowsOf(await readCandleSeries(db(), spanOf(ticker, hourMs)));
        expect(stored.length).toBeGreaterThan(55);
        const expected = stored.map((row) => {
          const { minutesMs, close } = row as Record<'minutesMs' | 'close', number>;
          return isFetched.has(minutesMs) ? { minutesMs, close, open: close, high: close, low: close } : row;
        });
        expect(settled(rowsOf(await archive.candles(ticker, hourMs)))).toEqual(settled(expected));
      }
    }
    expect(unreadable).toEqual([]);
  });

  it('know how far apart the sources lay', async () => {
    for (const hourMs of HOURS) {
      const stored = rowsOf(await readSpreads(db(), spanOf('BTC', hourMs)));
      expect(stored.length).toBeGreaterThan(50);
      expect(settled(rowsOf(await archive.spreads('BTC', hourMs)))).toEqual(settled(stored));
    }
  });

  it('are none where nothing was archived', async () => {
    const hourMs = Date.parse('2021-05-12T10:00Z');
    expect([await archive.has(SPAN.fromMs), await archive.has(hourMs - 24 * HOUR_MS)]).toEqual([true, false]);
    expect((await archive.candles('BTC', hourMs)).minutesMs).toHaveLength(0);
    expect((await archive.spreads('DOGE', SPAN.fromMs)).minutesMs).toHaveLength(0);
  });

  it('are none, and that is told, where the archive can not be read', async () => {
    const file = join(live.dataDir, 'archive/replay/raw/BTC.csv');
    const reader = openMinutes(file, (error) => unreadable.push(error));
    expect(await reader.has(SPAN.fromMs)).toBe(false);
    expect(await firingsOf(fires('price', 1), 'DOGE', reader)).toEqual([]);
    expect(unreadable).toEqual([expect.objectContaining({ code: 'ENOTDIR' })]);
  });

  it('are no more than a month of them for one preview', async () => {
    const always: MinuteReader = { ...archive, has: async () => true };
    const DOGE = { market: 'replay' as const, ticker: 'DOGE', rule: fires('change_5m', 1) };
    const span = (hours: number) => ({
      fromMs: SPAN.fromMs + 6 * MINUTE_MS,
      toMs: SPAN.fromMs + hours * HOUR_MS,
    });
    const ask = (hours: number) => previewAlert({ db: db(), archive: always }, { ...DOGE, ...span(hours) });
    expect((await ask(MOST_ARCHIVED_HOURS)).firings).toEqual([]);
    await expect(ask(MOST_ARCHIVED_HOURS + 1)).rejects.toThrow(ArchivedSpanError);
  });

  it('let a preview see what PostgreSQL no longer has', async () => {
    const previews: [Rule, string][] = [
      [fires('price', 50_000, 'lt'), 'BTC'],
      [fires('spread', 0.066), 'BTC'],
      [fires('change_5m', -2, 'lt'), 'SOL'],
      [fires('ratio', 0.0009, 'lt'), 'SOL/BTC'],
    ];
    const all = () => Promise.all(previews.map(([rule, ticker]) => firingsOf(rule, ticker, archive)));
    const before = await all();
    for (const [n, firings] of before.entries()) expect([n, firings.length > 0]).toEqual([n, true]);
    const span = sql`between ${new Date(SPAN.fromMs)} and ${new Date(SPAN.toMs + HOUR_MS)}`;
    await sql`delete from candles where minute ${span}`.execute(db());
    await sql`delete from quotes where quoted_at ${span}`.execute(db());
    expect(await all()).toEqual(before);
    for (const [rule, ticker] of previews) expect(await firingsOf(rule, ticker)).toEqual([]);

    const damaged = join(live.dataDir, 'archive/replay/snapshots/date=2021-05-12/hour=23/BTC.csv');
    chmodSync(damaged, 0o644);
    writeFileSync(damaged, 'nonsense\n');
    const reader = openMinutes(join(live.dataDir, 'archive/replay'), (error) => unreadable.push(error));
    const fewer = await firingsOf(fires('spread', 0.066), 'BTC', reader);
    expect(fewer.length).toBeLessThan((before[1] as unknown[]).length);
    expect(unreadable.map(String)).toEqual([expect.stringContaining('BTC.csv')]);
  });
});

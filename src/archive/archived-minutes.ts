import { join } from 'node:path';
import { dayOf } from '../domain/day';
import { groupBy } from '../domain/group-by';
import type { CandleSeries, ValueSeries } from '../domain/minute-series';
import { toDecimal } from '../domain/price';
import { type SettledQuote, settleTick } from '../domain/settle';
import { MINUTE_MS } from '../domain/statistics';
import { HOUR_MS } from '../domain/statistics-hour';
import { readOtherMinutes } from './archived-hours';
import { type ArchivedQuote, openQuotes, snapshotPath } from './archived-quotes';
import { namesIn, sizeOf } from './files';

/** Reads what the prices of an archived hour made of its minutes; times in Unix milliseconds. */
export interface MinuteReader {
  /** Whether the archive has anything of an hour's day. */
  has(hourMs: number): Promise<boolean>;
  /** As they were stored; of minutes that were imported, or fetched after a gap, the archive has the close alone. */
  candles(ticker: string, hourMs: number): Promise<CandleSeries>;
  /** How far apart the sources lay, in per cent; see `readSpreads`. */
  spreads(ticker: string, hourMs: number): Promise<ValueSeries>;
}

/** What was accepted in a tick was so by the rules of that time. */
const AS_ACCEPTED = { minSources: 1, maxDeviation: Number.POSITIVE_INFINITY };

/**
 * @param archive the market's archive
 * @param onUnreadable hears of what can't be read, or is not what it should be; it counts as not archived
 */
export function openMinutes(archive: string, onUnreadable: (error: unknown) => void): MinuteReader {
  const reader = openQuotes(archive);
  /** Hours are asked for one after the other, each with the one behind it. */
  const read = new Map<string, Promise<SettledQuote[]>>();
  let days: Promise<ReadonlySet<string>> | undefined;

  function published(ticker: string, hourMs: number): Promise<SettledQuote[]> {
    const key = `${ticker} ${hourMs}`;
    const known = read.get(key);
    if (known !== undefined) return known;
    const quotes = readable(snapshot(ticker, hourMs).then(publishedIn), []);
    read.set(key, quotes);
    for (const oldest of read.keys()) if (read.size > 4) read.delete(oldest);
    return quotes;
  }

  /** Not of the raw log: a day of it is too much to read between two requests, and PostgreSQL has what no snapshot has yet. */
  async function snapshot(ticker: string, hourMs: number): Promise<ArchivedQuote[]> {
    const size = await sizeOf(join(archive, snapshotPath(ticker, hourMs)));
    return size === undefined ? [] : await reader.hour(ticker, hourMs);
  }

  async function readable<T>(look: Promise<T>, nothing: T): Promise<T> {
    try {
      return await look;
    } catch (error) {
      onUnreadable(error);
      return nothing;
    }
  }

  /** The quotes of an hour by their minutes: the first tick of the next hour may have been answered before it. */
  async function byMinute(ticker: string, hourMs: number): Promise<Map<number, SettledQuote[]>> {
    const quotes = [...(await published(ticker, hourMs)), ...(await published(ticker, hourMs + HOUR_MS))];
    return groupBy(
      quotes.filter(({ quotedAtMs }) => quotedAtMs >= hourMs && quotedAtMs < hourMs + HOUR_MS),
      ({ quotedAtMs }) => quotedAtMs - (quotedAtMs % MINUTE_MS),
    );
  }

  return {
    async has(hourMs) {
      days ??= readable(namesIn(join(archive, 'snapshots')), []).then((names) => new Set(names));
      return (await days).has(`date=${dayOf(hourMs)}`);
    },

    async candles(ticker, hourMs) {
      const prices = new Map<number, number[]>();
      for (const [minuteMs, quotes] of await byMinute(ticker, hourMs))
        prices.set(
          minuteMs,
          quotes.map(({ price }) => price),
        );
      const others = await readable(readOtherMinutes(archive, ticker, hourMs), new Map<number, number>());
      for (const [minuteMs, close] of others)
        if (minuteMs >= hourMs && minuteMs < hourMs + HOUR_MS) prices.set(minuteMs, [close]);
      return columnsOf(['minutesMs', 'open', 'high', 'low', 'close'], prices, (minuteMs, values) => [
        ...[minuteMs, values[0] as number, Math.max(...values), Math.min(...values), values.at(-1) as number],
      ]);
    },

    async spreads(ticker, hourMs) {
      const minutes = new Map<number, SettledQuote[]>();
      for (const [minuteMs, quotes] of await byMinute(ticker, hourMs)) {
        const agreed = quotes.filter(({ sources }) => sources.length >= 2);
        if (agreed.length > 0) minutes.set(minuteMs, agreed);
      }
      return columnsOf(['minutesMs', 'low', 'high', 'close', 'price'], minutes, (minuteMs, quotes) => {
        const spreads = quotes.map(({ spread }) => spread * 100);
        const { price } = quotes.at(-1) as SettledQuote;
        return [minuteMs, Math.min(...spreads), Math.max(...spreads), spreads.at(-1) as number, price];
      });
    },
  };
}

/** What was published in an hour, in the order of its ticks; prices as they were stored. */
function publishedIn(archived: readonly ArchivedQuote[]): SettledQuote[] {
  const accepted = archived.filter(({ reason }) => reason === null);
  return [...groupBy(accepted, ({ tickAtMs }) => tickAtMs).values()].flatMap((tick) => {
    const said = tick.map(({ quote }) => quote);
    const { quotes } = settleTick(said, () => false, new Map(), AS_ACCEPTED);
    return quotes.map((quote) => ({ ...quote, price: Number(toDecimal(quote.price)) }));
  });
}

/** One row a minute, by time, as one array a column. */
function columnsOf<K extends string, T>(
  names: readonly K[],
  minutes: ReadonlyMap<number, T>,
  rowOf: (minuteMs: number, found: T) => number[],
): Record<K, Float64Array> {
  const rows = [...minutes].sort(([a], [b]) => a - b).map(([minuteMs, found]) => rowOf(minuteMs, found));
  const entries = names.map((name, column) => [
    name,
    Float64Array.from(rows, (row) => row[column] as number),
  ]);
  return Object.fromEntries(entries) as Record<K, Float64Array>;
}

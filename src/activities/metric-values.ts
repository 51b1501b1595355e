import type { Kysely } from 'kysely';
import { LRUCache } from 'lru-cache';
import { readMinutes } from '../db/candles';
import type { Database } from '../db/schema';
import { type MetricReader, readerOf } from '../domain/metric-readers';
import { definitionOf, type Metric, pairOf } from '../domain/metrics';
import type { Market } from '../domain/quote';
import type { SettledQuote } from '../domain/settle';
import { MINUTE_MS } from '../domain/statistics';

/** What a metric of a ticker is in a tick. */
export interface MetricValue {
  ticker: string;
  metric: Metric;
  value: number;
  /** Of the ticker, of a ratio the first one; US dollars. */
  price: number;
  /** When the older of the quotes was made, Unix milliseconds. */
  atMs: number;
}

/** What came before the minute that is under way, read once for all its ticks. */
interface Known {
  minuteMs: number;
  reader: MetricReader;
  /** The highest price until now in that minute. */
  high: number;
}

/** As many series as anybody watches at once. */
const MOST_SERIES = 1_000;

/** Computes metrics at the quotes of a tick, from them and from the stored minutes before. */
export class MetricValues {
  readonly #known = new LRUCache<string, Known>({ max: MOST_SERIES });

  constructor(private readonly market: Market) {}

  /** The values of these series in a tick; those that are not known are left out. */
  async at(
    db: Kysely<Database>,
    quotes: readonly SettledQuote[],
    series: readonly { ticker: string; metric: Metric }[],
  ): Promise<MetricValue[]> {
    const byTicker = new Map(quotes.map((quote) => [quote.ticker, quote]));
    const values: MetricValue[] = [];
    for (const { ticker, metric } of series) {
      const pair = pairOf(ticker);
      const quote = byTicker.get(pair?.base ?? ticker);
      const other = pair && byTicker.get(pair.quote);
      if (quote === undefined || (pair !== undefined && other === undefined)) continue;
      const value = other ? quote.price / other.price : await this.#valueOf(db, metric, quote);
      const atMs = Math.min(quote.quotedAtMs, other?.quotedAtMs ?? quote.quotedAtMs);
      if (value !== null) values.push({ ticker, metric, value, price: quote.price, atMs });
    }
    return values;
  }

  async #valueOf(db: Kysely<Database>, metric: Metric, quote: SettledQuote): Promise<number | null> {
    if (metric === 'price') return quote.price;
    if (metric === 'spread') return quote.sources.length < 2 ? null : quote.spread * 100;
    const { ticker, price, quotedAtMs } = quote;
    const minuteMs = Math.floor(quotedAtMs / MINUTE_MS) * MINUTE_MS;
    const key = `${ticker} ${metric}`;
    let known = this.#known.get(key);
    // A quote of an earlier minute than the last one is rare, and then all is read for it anew.
    if (known?.minuteMs !== minuteMs) {
      known = await this.#read(db, ticker, metric, minuteMs);
      this.#known.set(key, known);
    }
    known.high = Math.max(known.high, price);
    return known.reader.at(minuteMs, price, known.high);
  }

  async #read(db: Kysely<Database>, ticker: string, metric: Metric, minuteMs: number): Promise<Known> {
    const { windowMinutes, kind } = definitionOf(metric);
    const reader = readerOf(metric);
    const beginMs = minuteMs - windowMinutes * MINUTE_MS;
    // A change needs no more than the one minute that it counts from.
    const toMs = kind === 'change' ? beginMs + MINUTE_MS : minuteMs;
    const before = await readMinutes(db, { market: this.market, ticker, fromMs: beginMs, toMs });
    for (const candle of before) reader.add(candle);
    // Only a drawdown asks how high it was in this minute before.
    const span = { market: this.market, ticker, fromMs: minuteMs, toMs: minuteMs + MINUTE_MS };
    const [now] = kind === 'drawdown' ? await readMinutes(db, span) : [];
    return { minuteMs, reader, high: now?.high ?? 0 };
  }
}

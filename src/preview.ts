import type { Kysely } from 'kysely';
import type { MinuteReader } from './archive/archived-minutes';
import { readCandleSeries, readCloseSeries, readSpreads } from './db/candle-series';
import type { MinuteSpan } from './db/candles';
import type { Database } from './db/schema';
import { pairOf } from './domain/metrics';
import { type CloseSeries, joinSeries, ratioOf } from './domain/minute-series';
import {
  type Preview,
  type PreviewWish,
  previewOnCandles,
  previewOnValues,
  previewReachMs,
} from './domain/preview';
import type { Rule } from './domain/rule';
import { MINUTE_MS } from './domain/statistics';
import { HOUR_MS, hourOf } from './domain/statistics-hour';

export interface PreviewedAlert extends PreviewWish, Pick<MinuteSpan, 'market' | 'ticker'> {
  rule: Rule;
}

/** An hour of the archive takes some ten milliseconds of CPU: a month of them is enough for one answer. */
export const MOST_ARCHIVED_HOURS = 31 * 24;

/** More of a preview's span is to be read from the archive than is read for one. */
export class ArchivedSpanError extends Error {}

/** Of ten days at a time: some milliseconds of CPU, between which others have their turn. */
const PER_READ_MS = 10 * 1_440 * MINUTE_MS;

/**
 * When an alert would have fired, by the stored minutes; of hours that PostgreSQL has none of, by those of the archive.
 * @param archive the market's
 * @throws ArchivedSpanError
 * @param isWanted asked now and then; where nobody waits any longer, the rest is left out
 */
export async function previewAlert(
  { db, archive }: { db: Kysely<Database>; archive?: MinuteReader },
  { rule, market, ticker, ...wish }: PreviewedAlert,
  isWanted: () => boolean = () => true,
): Promise<Pick<Preview<never>, 'firings' | 'isTruncated'>> {
  const { metric } = rule;
  const of = (name: string, span: Span) => ({ market, ticker: name, ...span });
  const pair = pairOf(ticker);
  let archivedHours = 0;
  if (metric === 'spread')
    return run(previewOnValues(rule, wish), async (span) =>
      withArchived(await readSpreads(db, of(ticker, span)), span, (hourMs) =>
        archive?.spreads(ticker, hourMs),
      ),
    );
  if (pair === undefined)
    return run(previewOnCandles(rule, wish), async (span) =>
      withArchived(await readCandleSeries(db, of(ticker, span)), span, (hourMs) =>
        archive?.candles(ticker, hourMs),
      ),
    );
  return run(previewOnValues(rule, wish), async (span) =>
    ratioOf(await closesOf(pair.base, span), await closesOf(pair.quote, span)),
  );

  async function closesOf(name: string, span: Span): Promise<CloseSeries> {
    return await withArchived(await readCloseSeries(db, of(name, span)), span, (hourMs) =>
      archive?.candles(name, hourMs),
    );
  }

  /** Stored minutes of a span, and those of its hours without any that the archive has. */
  async function withArchived<S extends { minutesMs: Float64Array }>(
    stored: S,
    { fromMs, toMs }: Span,
    read: (hourMs: number) => Promise<S> | undefined,
  ): Promise<S> {
    const known = new Set(Array.from(stored.minutesMs, hourOf));
    const parts = [stored];
    for (let hourMs = hourOf(fromMs); hourMs < toMs && isWanted(); hourMs += HOUR_MS) {
      if (known.has(hourMs) || !(await archive?.has(hourMs))) continue;
      archivedHours += 1;
      if (archivedHours > MOST_ARCHIVED_HOURS) throw new ArchivedSpanError();
      const archived = await read(hourMs);
      if (archived !== undefined) parts.push(archived);
    }
    return parts.length === 1 ? stored : joinSeries(parts, { fromMs, toMs });
  }

  async function run<S extends { minutesMs: Float64Array }>(
    preview: Preview<S>,
    read: (span: Span) => Promise<S>,
  ): Promise<Preview<S>> {
    let fromMs = wish.fromMs - previewReachMs(metric);
    while (fromMs < wish.toMs && !preview.isDone && isWanted()) {
      const toMs = Math.min(fromMs + PER_READ_MS, wish.toMs);
      preview.take(await read({ fromMs, toMs }));
      fromMs = toMs;
    }
    return preview;
  }
}

type Span = Pick<MinuteSpan, 'fromMs' | 'toMs'>;

import type { Kysely } from 'kysely';
import { readCandleSeries, readCloseSeries, readSpreads } from './db/candle-series';
import type { MinuteSpan } from './db/candles';
import type { Database } from './db/schema';
import { pairOf } from './domain/metrics';
import { ratioOf } from './domain/minute-series';
import {
  type Preview,
  type PreviewWish,
  previewOnCandles,
  previewOnValues,
  previewReachMs,
} from './domain/preview';
import type { Rule } from './domain/rule';
import { MINUTE_MS } from './domain/statistics';

export interface PreviewedAlert extends PreviewWish, Pick<MinuteSpan, 'market' | 'ticker'> {
  rule: Rule;
}

/** Of ten days at a time: some milliseconds of CPU, between which others have their turn. */
const PER_READ_MS = 10 * 1_440 * MINUTE_MS;

/**
 * When an alert would have fired, by the stored minutes.
 * @param isWanted asked now and then; where nobody waits any longer, the rest is left out
 */
export async function previewAlert(
  db: Kysely<Database>,
  { rule, market, ticker, ...wish }: PreviewedAlert,
  isWanted: () => boolean = () => true,
): Promise<Pick<Preview<never>, 'firings' | 'isTruncated'>> {
  const { metric } = rule;
  const of = (name: string, span: Span) => ({ market, ticker: name, ...span });
  const pair = pairOf(ticker);
  if (metric === 'spread')
    return run(previewOnValues(rule, wish), (span) => readSpreads(db, of(ticker, span)));
  if (pair === undefined)
    return run(previewOnCandles(rule, wish), (span) => readCandleSeries(db, of(ticker, span)));
  return run(previewOnValues(rule, wish), async (span) =>
    ratioOf(await readCloseSeries(db, of(pair.base, span)), await readCloseSeries(db, of(pair.quote, span))),
  );

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

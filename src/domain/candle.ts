import type { SourceName } from './quote';
import { median, type SettleRules, withoutOutliers } from './settle';

export const MINUTE_MS = 60_000;

/** One minute of one ticker as one exchange has it. Prices are in US dollars (or USDT). */
export interface SourceCandle {
  source: SourceName;
  /** The minute's beginning, Unix milliseconds. */
  minuteMs: number;
  open: number;
  high: number;
  low: number;
  close: number;
}

/** A minute that the exchanges agree on. */
export interface AgreedCandle extends Omit<SourceCandle, 'source'> {
  sources: SourceName[];
}

/**
 * The minutes that the exchanges agree on, in order. As with quotes, too few sources, or two that contradict each other, settle
 * nothing; of three or more, those whose close or open is too far from the median are dropped. Each price is the median of
 * theirs, so that one exchange's spike is nobody's extreme; of two, an extreme counts as far as both went.
 */
export function agreeOnCandles(candles: SourceCandle[], rules: SettleRules): AgreedCandle[] {
  const minutes = new Map<number, SourceCandle[]>();
  for (const candle of candles) {
    const others = minutes.get(candle.minuteMs);
    if (others === undefined) minutes.set(candle.minuteMs, [candle]);
    else others.push(candle);
  }
  return [...minutes]
    .sort(([a], [b]) => a - b)
    .flatMap(([minuteMs, said]) => {
      const agreeing = (candles: SourceCandle[], field: 'open' | 'close') =>
        withoutOutliers(
          candles.map((candle) => ({ ...candle, price: candle[field] })),
          rules.maxDeviation,
        );
      const accepted = agreeing(agreeing(said, 'close'), 'open');
      if (accepted.length === 0 || accepted.length < rules.minSources) return [];
      const all = (field: 'open' | 'high' | 'low' | 'close') => accepted.map((candle) => candle[field]);
      const [open, close] = [median(all('open')), median(all('close'))];
      return [
        {
          minuteMs,
          open,
          high: Math.max(open, close, ofTwoInTheMiddle(all('high'), Math.min)),
          low: Math.min(open, close, ofTwoInTheMiddle(all('low'), Math.max)),
          close,
          sources: accepted.map(({ source }) => source),
        },
      ];
    });
}

/** The median; of an even number of values, one of the two in the middle instead of their mean, half of which may be made up. */
function ofTwoInTheMiddle(values: number[], choose: (a: number, b: number) => number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return choose(sorted[Math.ceil(half) - 1] as number, sorted[Math.floor(half)] as number);
}

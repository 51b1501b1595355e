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
 * nothing; of three or more, those whose close is too far from the median are dropped. Each price is the median of
 * theirs, so that one exchange's spike is nobody's extreme.
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
      const priced = said.map((candle) => ({ ...candle, price: candle.close }));
      const accepted = withoutOutliers(priced, rules.maxDeviation);
      if (accepted.length === 0 || accepted.length < rules.minSources) return [];
      const middle = (field: 'open' | 'high' | 'low' | 'close') =>
        median(accepted.map((candle) => candle[field]));
      return [
        {
          minuteMs,
          open: middle('open'),
          high: middle('high'),
          low: middle('low'),
          close: middle('close'),
          sources: accepted.map(({ source }) => source),
        },
      ];
    });
}

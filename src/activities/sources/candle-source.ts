import { MINUTE_MS, type SourceCandle } from '../../domain/candle';
import type { SourceFailure, SourceName } from '../../domain/quote';
import { whyNoPrice } from './price';
import { failure } from './source';

/** As many minutes as every exchange gives at once: Coinbase's limit. */
export const MOST_MINUTES = 300;
/** Some past minutes of one ticker; `toMs` is the first that is not asked for. Unix milliseconds, at most `MOST_MINUTES`. */
export interface MinutesAsked {
  ticker: string;
  fromMs: number;
  toMs: number;
}

export interface CandleReply {
  /** In any order; minutes without a trade are left out. */
  candles: SourceCandle[];
  failure?: SourceFailure;
}

/** An exchange that can be asked for past minutes. */
export interface CandleSource {
  name: SourceName;
  /** Whether it has a symbol for a ticker. */
  lists(ticker: string): boolean;
  /** Never throws: what went wrong is the reply's failure. */
  fetch(asked: MinutesAsked): Promise<CandleReply>;
}

/** One minute as an exchange sent it. */
export interface RawCandle {
  minuteMs: number;
  open: unknown;
  high: unknown;
  low: unknown;
  close: unknown;
}

/**
 * The asked ones of an exchange's minutes. One that can't be trusted loses all of the reply, since nobody knows what else is
 * wrong with it.
 */
export function readCandles(
  source: SourceName,
  { ticker, fromMs, toMs }: MinutesAsked,
  form: 'string' | 'number',
  rows: RawCandle[],
): CandleReply {
  const candles: SourceCandle[] = [];
  const minutes = new Set<number>();
  for (const raw of rows) {
    if (!(raw.minuteMs >= fromMs && raw.minuteMs < toMs)) continue;
    const { open, high, low, close } = raw;
    const reason = [open, high, low, close]
      .map((price) => whyNoPrice(price, form))
      .find((why) => why !== null);
    const candle = { open: Number(open), high: Number(high), low: Number(low), close: Number(close) };
    const isWhole =
      raw.minuteMs % MINUTE_MS === 0 &&
      candle.low <= Math.min(candle.open, candle.close) &&
      candle.high >= Math.max(candle.open, candle.close);
    // An exchange has one voice in a minute, however often it says so.
    const isTwice = minutes.has(raw.minuteMs);
    if (reason || !isWhole || isTwice) {
      const what = `sent a minute of ${ticker} that ${reason ?? (isTwice ? 'it had sent already' : 'is none')}`;
      return { candles: [], failure: failure(source, 'malformed', what, ticker) };
    }
    minutes.add(raw.minuteMs);
    candles.push({ source, minuteMs: raw.minuteMs, ...candle });
  }
  return { candles };
}

/** The reply that holds no candles and says why. */
export const noCandles = (reason: SourceFailure): CandleReply => ({ candles: [], failure: reason });

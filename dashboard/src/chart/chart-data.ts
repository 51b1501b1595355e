import { signal } from '@preact/signals';
import { ApiFailure } from '../api/failure';
import { fetchCandles, LONGEST_PAGE, pageStart } from '../live/candles';
import { type Candle, INTERVALS, type Interval } from '../logic/candles';

/** How far the band's mean looks back, by the length of a candle; names as in docs/statistics.md. */
export const WINDOWS: Record<Interval, { seconds: number; name: string }> = {
  '1m': { seconds: 3_600, name: '1 h' },
  '5m': { seconds: 86_400, name: '24 h' },
  '1h': { seconds: 86_400, name: '24 h' },
  '1d': { seconds: 20 * 86_400, name: '20 d' },
};

export interface Shown {
  ticker: string;
  interval: Interval;
  candles: Candle[];
  /** Whether the last candle grows with live prices. */
  isLive: boolean;
}

/** What the chart shows; undefined until it is there. */
export const shown = signal<Shown | undefined>(undefined);
export const chartFailure = signal<ApiFailure | undefined>(undefined);
export const loading = signal(false);

let wanted = 0;
let mayHaveEarlier = true;

/**
 * Loads a page of candles, the last one, or one around a time (Unix seconds).
 * What was asked for before and has not come yet is dropped.
 */
export async function load(ticker: string, interval: Interval, around: number | undefined): Promise<void> {
  wanted += 1;
  const mine = wanted;
  const nowSeconds = Date.now() / 1_000;
  const half = (INTERVALS[interval] * LONGEST_PAGE) / 2;
  const to = around === undefined ? nowSeconds : Math.min(nowSeconds, around + half);
  loading.value = true;
  mayHaveEarlier = true;
  try {
    const candles = await fetchCandles(ticker, interval, { from: pageStart(interval, to), to: to + 1 });
    if (mine !== wanted) return;
    shown.value = { ticker, interval, candles, isLive: to === nowSeconds };
    chartFailure.value = undefined;
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    if (mine !== wanted) return;
    chartFailure.value = error;
    shown.value = undefined;
  } finally {
    if (mine === wanted) loading.value = false;
  }
}

/** Loads the page before what is shown; answers the candles that are new. */
export async function loadEarlier(): Promise<Candle[]> {
  const before = shown.value;
  const first = before?.candles[0];
  if (!before || !first || loading.value || !mayHaveEarlier) return [];
  loading.value = true;
  const mine = wanted;
  try {
    const span = { from: pageStart(before.interval, first.time), to: first.time };
    const earlier = await fetchCandles(before.ticker, before.interval, span);
    if (mine !== wanted || !shown.value) return [];
    mayHaveEarlier = earlier.length > 0;
    if (earlier.length > 0) shown.value = { ...shown.value, candles: [...earlier, ...shown.value.candles] };
    return earlier;
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    mayHaveEarlier = false;
    return [];
  } finally {
    if (mine === wanted) loading.value = false;
  }
}

import { type Signal, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { call } from '../api/client';
import { ApiFailure } from '../api/failure';
import { type Candle, INTERVALS, type Interval } from '../logic/candles';

const DAY_SECONDS = 86_400;
/** What one answer of the API holds. */
export const LONGEST_PAGE = 1_500;
const DAY_IS_GOOD_MS = 300_000;
const MINUTES_ARE_GOOD_MS = 60_000;

/** Candles that begin in a span of Unix seconds, a page at most. @throws ApiFailure */
export async function fetchCandles(
  ticker: string,
  interval: Interval,
  span: { from: number; to?: number },
): Promise<Candle[]> {
  const iso = (seconds: number) => new Date(seconds * 1_000).toISOString();
  const answer = await call('GET /rates/{ticker}/candles', {
    params: {
      path: { ticker },
      query: { interval, from: iso(span.from), to: span.to === undefined ? undefined : iso(span.to) },
    },
  });
  return answer.map(({ time, open, high, low, close }) => ({
    ...{ open, high, low, close },
    time: Date.parse(time) / 1_000,
  }));
}

/** Where a page that ends at a time begins. */
export const pageStart = (interval: Interval, end: number) => end - INTERVALS[interval] * LONGEST_PAGE;

const nowSeconds = () => Date.now() / 1_000;
const days = new Map<string, Signal<Candle[] | undefined>>();
const dayAskedAt = new Map<string, number>();

/** A ticker's past day in candles of five minutes; undefined until they are there. */
export function dayOf(ticker: string): Signal<Candle[] | undefined> {
  const known = days.get(ticker);
  if (known) return known;
  const made = signal<Candle[] | undefined>(undefined);
  days.set(ticker, made);
  return made;
}

/** Keeps a ticker's past day there while the component is on the page; live prices are added by whoever shows it. */
export function useDay(ticker: string): void {
  useEffect(() => {
    const ask = () => {
      const isGood = Date.now() - (dayAskedAt.get(ticker) ?? 0) < DAY_IS_GOOD_MS;
      if (isGood || document.hidden) return;
      dayAskedAt.set(ticker, Date.now());
      void loadDay(ticker);
    };
    ask();
    const timer = setInterval(ask, MINUTES_ARE_GOOD_MS / 4);
    return () => clearInterval(timer);
  }, [ticker]);
}

async function loadDay(ticker: string): Promise<void> {
  try {
    const from = nowSeconds() - DAY_SECONDS - INTERVALS['5m'];
    dayOf(ticker).value = await fetchCandles(ticker, '5m', { from });
  } catch (error) {
    // The page says by itself that the API is away; it is asked again soon.
    if (!(error instanceof ApiFailure)) throw error;
    dayAskedAt.delete(ticker);
  }
}

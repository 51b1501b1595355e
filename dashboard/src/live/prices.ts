import { signal } from '@preact/signals';
import { call } from '../api/client';
import { ApiFailure } from '../api/failure';
import type { Rates } from '../api/types';
import { settings } from '../settings';
import { feed } from './feed';

export interface LivePrice {
  price: number;
  /** When it was last known to be good, Unix milliseconds. */
  at: number;
}

/** The last price of each ticker that had one since the page was opened. */
export const prices = signal<Readonly<Record<string, LivePrice>>>({});
/** The time, every second, for ages and what has become stale. */
export const now = signal(Date.now());
setInterval(() => {
  if (!document.hidden) now.value = Date.now();
}, 1_000);

/** Takes in what is good at this moment, or what the stream tells of one ticker. */
export function pricesAre(rates: Rates, at = Date.now()): void {
  const told = Object.entries(rates).map(([ticker, price]) => [ticker, { price, at }] as const);
  now.value = Math.max(now.value, Date.now());
  prices.value = { ...prices.value, ...Object.fromEntries(told) };
}

/** Whether no good price is known of a ticker at this moment. */
export function isStale(ticker: string): boolean {
  const last = prices.value[ticker];
  return last === undefined || now.value - last.at > settings.quoteTtlMs;
}

/** Half a tick apart, so that a price is seen soon after it was published, within what the API allows. */
const EVERY_MS = Math.min(4_000, Math.max(2_500, settings.ingestIntervalMs / 2));

export const rates = feed(async () => {
  try {
    const answer = await call('GET /rates/');
    pricesAre(answer);
    return answer;
  } catch (error) {
    // There is none: what is shown goes stale by itself.
    if (error instanceof ApiFailure && error.status === 503) return {};
    throw error;
  }
}, EVERY_MS);

import { MAX_PRICE, MIN_PRICE } from '../../domain/price';
import type { SourceName, SourceReply } from '../../domain/quote';
import { failed, failure, quoteWords } from './source';

const MAX_AHEAD_MS = 30_000;
const MAX_AGE_MS = 5 * 60_000;

/** Plain decimals only: `Number` alone would also take '0x10', ' 1 ', '' and '1e3', none of which an exchange sends. */
const DECIMAL = /^\d{1,30}(\.\d{1,30})?$/;

export interface RawQuote {
  source: SourceName;
  ticker: string;
  /** The price as the source sent it. */
  price: unknown;
  /** The form in which this source sends its prices. */
  form: 'string' | 'number';
  /** Unix milliseconds; null where the source gave none, NaN where what it gave cannot be read. */
  timeMs: number | null;
  /** Whether that is the price's own time, to be kept, or the reply's, only to be checked. */
  timeIs: 'price' | 'reply';
  nowMs: number;
}

/**
 * A price as a quote, if it can be trusted: a positive, finite decimal in the form that the source documents,
 * dated at most 30 s ahead and at most 5 minutes ago. Otherwise a `malformed` failure of that ticker.
 */
export function readQuote(raw: RawQuote): SourceReply {
  const { source, ticker, timeMs, nowMs } = raw;
  const reason = whyNoPrice(raw.price, raw.form) ?? whyBadTime(timeMs, nowMs);
  if (reason !== null) {
    return failed(failure(source, 'malformed', `sent a price of ${ticker} that ${reason}`, ticker));
  }
  const sourceTimeMs = raw.timeIs === 'price' ? timeMs : null;
  return {
    quotes: [{ source, ticker, price: Number(raw.price), sourceTimeMs, receivedAtMs: nowMs }],
    failures: [],
  };
}

/** The reply for a ticker that an otherwise good answer leaves out. */
export function missing(source: SourceName, ticker: string): SourceReply {
  return failed(failure(source, 'empty', `sent no price of ${ticker}`, ticker));
}

/** A time in ISO 8601 as Unix milliseconds; null where it is absent, NaN where it can't be read. */
export function readIsoTime(raw: unknown): number | null {
  if (raw === undefined || raw === null) return null;
  return typeof raw === 'string' && /^\d{4}-\d\d-\d\dT/.test(raw) ? Date.parse(raw) : Number.NaN;
}

/** A Unix time, as a number or a string of digits, as milliseconds; null where absent, NaN where it can't be read. */
export function readUnixTime(raw: unknown, unitMs: number): number | null {
  if (raw === undefined || raw === null) return null;
  const text = String(raw);
  return /^\d{1,15}$/.test(text) ? Number(text) * unitMs : Number.NaN;
}

/** What is wrong with a price as a source sent it; null where it can be trusted. */
export function whyNoPrice(price: unknown, form: RawQuote['form']): string | null {
  if (price === undefined || price === null) return 'is missing';
  if (typeof price !== form) return `is of the type ${typeof price} instead of ${form}`;
  const value = typeof price === 'string' && !DECIMAL.test(price) ? Number.NaN : Number(price);
  const shown = typeof price === 'string' ? JSON.stringify(quoteWords(price.slice(0, 40))) : String(price);
  if (!Number.isFinite(value)) return `is not a decimal number: ${shown}`;
  if (value <= 0) return `is not above zero: ${shown}`;
  // One such number would otherwise keep the whole tick from being stored.
  return value < MIN_PRICE || value > MAX_PRICE ? `is no possible price: ${shown}` : null;
}

function whyBadTime(timeMs: number | null, nowMs: number): string | null {
  if (timeMs === null) return null;
  if (Number.isNaN(timeMs)) return 'is dated with a time that cannot be read';
  if (timeMs - nowMs > MAX_AHEAD_MS) return `is dated ${inWords(timeMs - nowMs)} in the future`;
  if (nowMs - timeMs > MAX_AGE_MS) return `is dated ${inWords(nowMs - timeMs)} ago`;
  return null;
}

function inWords(ms: number): string {
  const minutes = ms / 60_000;
  if (minutes < 2) return `${Math.round(ms / 1000)} s`;
  if (minutes < 120) return `${Math.floor(minutes)} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
}

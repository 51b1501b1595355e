/** A name of a day in English: what an HTTP date begins with (RFC 9110, 5.6.7). */
const HTTP_DATE = /^[A-Z][a-z]{2,8},? /;

/**
 * How long a Retry-After header asks to wait, in milliseconds from now: seconds or an HTTP date (RFC 9110, 10.2.3).
 * Undefined where there is none or it can't be read; a date that is past is 0.
 */
export function readRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const atMs = HTTP_DATE.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}

/**
 * How long Binance's ban still lasts, in milliseconds: the message of its 418 and 429 names the end, in Unix
 * milliseconds ("IP banned until 1787546698129"). Undefined where the message names none, or one that is past.
 */
export function readBanEnd(message: string, nowMs: number): number | undefined {
  const end = /banned until (\d{13})\b/.exec(message)?.[1];
  const leftMs = end === undefined ? 0 : Number(end) - nowMs;
  return leftMs > 0 ? leftMs : undefined;
}

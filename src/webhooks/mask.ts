import type { AttemptResult } from '../domain/delivery';
import { parseUrl } from '../parse-url';

const MASK = '…';
/** Shorter ones are words, and masking these would garble the text. */
const SHORTEST_VALUE = 8;
const SHORTEST_SEGMENT = 16;

/**
 * An attempt's outcome without the secrets of its webhook's URL, should the receiver have repeated them in its answer: the
 * query, its longer values and long pieces of the path.
 */
export function withoutSecretsOf<T extends AttemptResult>(url: string, result: T): T {
  return without(secretsOf(url), result);
}

/** An attempt's outcome without the values of its alert's own headers, nor their longer words, such as a token after `Bearer`. */
export function withoutValuesOf<T extends AttemptResult>(headers: Record<string, string>, result: T): T {
  const values = Object.values(headers).flatMap((value) => [value, ...value.split(' ')]);
  return without(longestFirst(values.filter((value) => value.length >= SHORTEST_VALUE)), result);
}

function without<T extends AttemptResult>(secrets: string[], result: T): T {
  const masked = (text: string) => secrets.reduce((rest, secret) => rest.replaceAll(secret, MASK), text);
  const headers = Object.entries(result.responseHeaders ?? {}).map(([name, value]) => [name, masked(value)]);
  return {
    ...result,
    responseHeaders: result.responseHeaders && Object.fromEntries(headers),
    responseBody: result.responseBody && masked(result.responseBody),
  };
}

function secretsOf(text: string): string[] {
  const url = parseUrl(text);
  if (!url) return [];
  const { pathname, search } = url;
  const values = search
    .slice(1)
    .split('&')
    .map((pair) => pair.slice(pair.indexOf('=') + 1));
  const secrets = [
    ...withDecoded(values).filter((value) => value.length >= SHORTEST_VALUE),
    ...withDecoded(pathname.split('/')).filter((segment) => segment.length >= SHORTEST_SEGMENT),
  ];
  if (search.length > 1) secrets.push(search.slice(1));
  return longestFirst(secrets);
}

/** What is left of a longer one should a part of it be masked before would stay. */
function longestFirst(secrets: string[]): string[] {
  return secrets.sort((a, b) => b.length - a.length);
}

/** Texts as they stand in a URL, and as a receiver reads them. */
function withDecoded(encoded: string[]): string[] {
  return [...new Set([...encoded, ...encoded.map(decode)])];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

import type { IncomingHttpHeaders } from 'undici/types/header';

const MAX_KEPT_BYTES = 8 * 1024;

/**
 * The beginning of an answer's body, 8 kB of it; `keep` is given the text so far after each piece, so that what
 * came before a failure is known too. Bytes that are not UTF-8 are replaced, and NUL, which PostgreSQL can't hold.
 * @returns whether the body was read to its end
 */
export async function readBody(body: AsyncIterable<Buffer>, keep: (text: string) => void): Promise<boolean> {
  const decoder = new TextDecoder();
  let room = MAX_KEPT_BYTES;
  let text = '';
  keep(text);
  for await (const piece of body) {
    text += decoder.decode(piece.subarray(0, room), { stream: true });
    keep(withoutNul(text));
    room -= piece.length;
    if (room < 0) return false;
  }
  keep(withoutNul(text + decoder.decode()));
  return true;
}

/** An answer's headers as they can be stored: as many as fit into 8 kB, repeated ones joined with a comma. */
export function keptHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const kept: [string, string][] = [];
  let room = MAX_KEPT_BYTES;
  for (const [name, values] of Object.entries(headers)) {
    const value = withoutNul([values ?? ''].flat().join(', '));
    const size = Buffer.byteLength(name) + Buffer.byteLength(value);
    if (size > room) continue;
    room -= size;
    kept.push([name, value]);
  }
  return Object.fromEntries(kept);
}

/**
 * A Retry-After header (RFC 9110, 10.2.3: seconds or an HTTP date) as milliseconds from `now`; null where it is
 * missing, can't be read or lies in the past.
 */
export function readRetryAfter(value: string | undefined, now: Date): number | null {
  if (value === undefined) return null;
  const text = value.trim();
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, Number.MAX_SAFE_INTEGER);
  if (!/^(mon|tue|wed|thu|fri|sat|sun)[a-z]*,? /i.test(text)) return null;
  // The oldest of the three formats doesn't name its zone, which is GMT.
  const date = Date.parse(/ GMT$/i.test(text) ? text : `${text} GMT`);
  return date >= now.getTime() ? date - now.getTime() : null;
}

function withoutNul(text: string): string {
  return text.replaceAll('\0', '\uFFFD');
}

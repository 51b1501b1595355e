import type { FailureKind, SourceFailure, SourceName } from '../../domain/quote';
import { readRetryAfter } from './retry-after';
import { failure } from './source';

/** What came back over HTTP. */
export interface RawReply {
  status: number;
  /** Header fields by name in lower case. */
  headers: Readonly<Record<string, string | undefined>>;
  /** The body; null where it was larger than is read. */
  text: string | null;
}

/** The body of a good reply, or why there is none. */
export type Answer = { ok: true; body: unknown } | { ok: false; failure: SourceFailure };

/** Reads the error that a JSON body reports in the source's own way; null where it reports none. */
export type ReadError = (body: unknown, status: number) => SourceFailure | null;

/** Words for "too often" of exchanges, nginx and Cloudflare (whose code for it is 1015). */
const TOO_OFTEN =
  /too many (requests|visits)|being rate limited|rate limit (exceeded|reached)|access too frequent|^throttled\b|error code: 1015/i;

/** Pages by which Cloudflare stops programs: a task for the browser, a picture puzzle, a refusal. */
const CHALLENGE =
  /<title>\s*(Just a moment|Attention Required!|Access denied|Please Wait)|cf-browser-verification|_cf_chl_opt/i;

/**
 * Sorts a reply by status and content. A rate limit is told from 429, 418 and a body that says so; a block from 401,
 * 403, 451 and Cloudflare's challenge pages, whatever their status.
 */
export function classify(source: SourceName, reply: RawReply, readError: ReadError, nowMs: number): Answer {
  const json = parse(reply.text);
  const said = json === undefined ? null : readError(json.value, reply.status);
  const problem =
    rateLimit(source, reply, json === undefined, said, nowMs) ??
    byStatus(source, reply) ??
    said ??
    byRest(source, reply, json);
  if (problem !== null) return { ok: false, failure: problem };
  return { ok: true, body: json?.value };
}

/** Whether the status alone says that the source is asked too often: 429, and 418 of Binance. */
export function isRateLimitStatus(status: number): boolean {
  return status === 429 || status === 418;
}

function rateLimit(
  source: SourceName,
  { status, headers, text }: RawReply,
  isProse: boolean,
  said: SourceFailure | null,
  nowMs: number,
): SourceFailure | null {
  const saysSo = said?.kind === 'rate_limited' || ((isProse || status >= 400) && TOO_OFTEN.test(text ?? ''));
  if (!isRateLimitStatus(status) && !saysSo) return null;
  const retryAfterMs = readRetryAfter(headers['retry-after'], nowMs) ?? said?.retryAfterMs;
  const limited = failure(source, 'rate_limited', `says that it is asked too often (HTTP ${status})`);
  return retryAfterMs === undefined ? limited : { ...limited, retryAfterMs };
}

function byStatus(source: SourceName, { status, headers, text }: RawReply): SourceFailure | null {
  const fail = (kind: FailureKind, message: string) => failure(source, kind, `${message} (HTTP ${status})`);
  if (headers['cf-mitigated'] !== undefined || CHALLENGE.test(text ?? '')) {
    return fail('blocked', 'answered with a page that keeps programs out');
  }
  if (status === 401 || status === 403 || status === 451) return fail('blocked', 'refuses to answer here');
  if (status >= 500) return fail('unavailable', 'is not available');
  if (status === 408) return fail('timed_out', 'gave up waiting for the request');
  if (status >= 300 && status < 400) {
    return fail('malformed', 'answered with a redirect, which is not followed');
  }
  return null;
}

function byRest(source: SourceName, { status, text }: RawReply, json: unknown): SourceFailure | null {
  if (status >= 400) return failure(source, 'malformed', `did not understand the request (HTTP ${status})`);
  if (text === null) return failure(source, 'malformed', 'sent more than 1 MB');
  if (text.trim() === '') return failure(source, 'empty', 'sent an empty reply');
  if (json !== undefined) return null;
  const what = /^\s*</.test(text) ? 'a web page' : 'something that is not JSON';
  return failure(source, 'malformed', `sent ${what} instead of prices`);
}

function parse(text: string | null): { value: unknown } | undefined {
  try {
    return text === null ? undefined : { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

import { setMaxListeners } from 'node:events';
import { request as send } from 'undici';
import type { SourceFailure, SourceName } from '../../domain/quote';
import { type Answer, classify, isRateLimitStatus, type ReadError } from './classify';
import { failure, type SourceDeps } from './source';

const TIMEOUT_MS = 1_800;
const MAX_REPLY_BYTES = 1_048_576;

const LATE = new Error('The time for one request is over');
const STOPPED = new Error('The caller stopped the request');

export interface JsonRequest {
  source: SourceName;
  /** Path and query, encoded. */
  path: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  readError: ReadError;
}

/**
 * GETs JSON from a source. Over after 1.8 s in all, so that bytes that drip in do not hold it; reads 1 MB at most and
 * follows no redirect. Never throws: what went wrong is the answer's failure.
 */
export async function getJson(deps: SourceDeps, request: JsonRequest): Promise<Answer> {
  const { source, path, headers, signal, readError } = request;
  const deadline = startDeadline(deps.timeoutMs ?? TIMEOUT_MS, signal);
  try {
    const reply = await send(`${deps.baseUrl}${path}`, {
      headers: { accept: 'application/json', 'user-agent': 'pricehook', ...headers },
      signal: deadline.signal,
      dispatcher: deps.dispatcher,
    });
    // A rate limit counts as soon as its status is there: its body may never come.
    const text = await readText(reply.body).catch((error: unknown) => {
      if (isRateLimitStatus(reply.statusCode)) return '';
      throw error;
    });
    const fields = Object.entries(reply.headers).map(([name, value]) => [name, value?.toString()] as const);
    const raw = { status: reply.statusCode, headers: Object.fromEntries(fields), text };
    return classify(source, raw, readError, (deps.now ?? Date.now)());
  } catch (error) {
    return { ok: false, failure: transportFailure(source, error, deadline.signal.reason) };
  } finally {
    deadline.clear();
  }
}

/** `AbortSignal.any` of an `AbortSignal.timeout` can be collected before it fires on Node 20, so the timer is our own. */
function startDeadline(timeoutMs: number, outer?: AbortSignal) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(LATE), timeoutMs);
  const stop = () => controller.abort(STOPPED);
  if (outer?.aborted) stop();
  // One signal stops many parallel requests; Node takes more than ten listeners for a leak.
  if (outer !== undefined) setMaxListeners(0, outer);
  outer?.addEventListener('abort', stop);
  const clear = () => {
    clearTimeout(timer);
    outer?.removeEventListener('abort', stop);
  };
  return { signal: controller.signal, clear };
}

async function readText(body: AsyncIterable<Buffer>): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MAX_REPLY_BYTES) return null;
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

function transportFailure(source: SourceName, error: unknown, abortedBecause: unknown): SourceFailure {
  if (abortedBecause === LATE) return failure(source, 'timed_out', 'did not answer in time');
  if (abortedBecause === STOPPED) {
    return failure(source, 'timed_out', 'had not answered when the request was stopped');
  }
  const code = errorCode(error);
  if (/TIMEOUT|ETIMEDOUT/.test(code)) return failure(source, 'timed_out', `did not answer in time (${code})`);
  if (code.startsWith('HPE_') || code === 'HTTPParserError') {
    return failure(source, 'malformed', 'sent something that is not HTTP');
  }
  const reasons: Record<string, string> = {
    ECONNREFUSED: 'the connection was refused',
    ECONNRESET: 'the connection was cut',
    UND_ERR_SOCKET: 'the connection was cut',
    ENOTFOUND: 'its name was not found',
    EAI_AGAIN: 'its name could not be looked up',
  };
  return failure(source, 'unreachable', `cannot be reached: ${reasons[code] ?? code}`);
}

function errorCode(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return typeof code === 'string' ? code : String(name ?? 'unknown error');
}

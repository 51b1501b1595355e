import type { AttemptResult } from '../domain/delivery';
import { readWebhookUrl } from './address';
import { keptHeaders, readBody, readRetryAfter } from './answer';
import { type ConnectOptions, type Progress, since } from './connect';
import { type Connections, createConnections, type Use } from './connections';
import { explain, type Failure, failureOfStatus } from './failure';
import { type Resolver, shareLookups, systemResolver } from './resolve';
import { USER_AGENT } from './user-agent';

export interface WebhookRequest {
  url: string;
  headers: Record<string, string>;
  body: Buffer;
  /** For everything together: the look-up, the connection, and the answer to its last byte. */
  timeoutMs: number;
}

export interface WebhookSender {
  /**
   * Makes one POST, and no second one. Whatever the network or the server does is told in the result; an answer
   * that did not end in time is a failure even where its status is known.
   * @throws Error after `close`, and for headers that HTTP can't carry
   */
  send(request: WebhookRequest): Promise<AttemptResult>;
  /** Waits for the requests that are under way, each bounded by its time-out, and closes all connections. */
  close(): Promise<void>;
}

type Answer = Pick<AttemptResult, 'statusCode' | 'responseHeaders' | 'responseBody' | 'retryAfterMs'>;

/**
 * A sender of webhooks behind the address guard: every address is judged when it is connected to, and no redirect
 * or proxy leads around that.
 */
export function createWebhookSender(
  options: Omit<ConnectOptions, 'resolve'> & { resolve?: Resolver },
): WebhookSender {
  const connections = createConnections({
    ...options,
    resolve: shareLookups(options.resolve ?? systemResolver),
  });
  const underWay = new Set<Promise<AttemptResult>>();
  let closed = false;
  return {
    async send(request) {
      if (closed) throw new Error('This webhook sender is closed.');
      const attempt = makeAttempt(connections, request);
      underWay.add(attempt);
      try {
        return await attempt;
      } finally {
        underWay.delete(attempt);
      }
    },
    async close() {
      closed = true;
      await Promise.allSettled(underWay);
      await connections.close();
    },
  };
}

async function makeAttempt(connections: Connections, request: WebhookRequest): Promise<AttemptResult> {
  const startedAt = performance.now();
  const progress: Progress = { step: 'answer', dnsMs: null, connectMs: null, tlsMs: null };
  const answer: Answer = { statusCode: null, responseHeaders: null, responseBody: null, retryAfterMs: null };
  const signal = AbortSignal.timeout(request.timeoutMs);
  let failure: Failure | null;
  try {
    failure = failureOfStatus(await post(connections, request, { progress, signal }, answer));
  } catch (error) {
    failure = explain(error, request.url, progress.step, signal.aborted ? request.timeoutMs : null);
  }
  return {
    ...answer,
    errorClass: failure?.errorClass ?? null,
    error: failure?.error ?? null,
    durationMs: since(startedAt),
    dnsMs: progress.dnsMs,
    connectMs: progress.connectMs,
    tlsMs: progress.tlsMs,
  };
}

/** Sends the request, fills in the answer as far as it comes, and returns its status. */
async function post(
  connections: Connections,
  request: WebhookRequest,
  use: Use,
  answer: Answer,
): Promise<number> {
  const target = readWebhookUrl(request.url);
  const connection = connections.take(target, use);
  let wholeAnswer = false;
  try {
    const { statusCode, headers, body } = await connection.client.request({
      method: 'POST',
      path: target.url.pathname + target.url.search,
      headers: allHeaders(request.headers),
      body: request.body,
      signal: use.signal,
    });
    answer.statusCode = statusCode;
    answer.responseHeaders = keptHeaders(headers);
    answer.retryAfterMs = readRetryAfter([headers['retry-after']].flat()[0], new Date());
    wholeAnswer = await readBody(body, (text) => {
      answer.responseBody = text;
    });
    return statusCode;
  } finally {
    if (wholeAnswer) await connections.release(connection);
    else await connections.discard(connection);
  }
}

/** All headers of a request that carries these, in lower case. */
export function allHeaders(given: Record<string, string>): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': 'application/json', 'user-agent': USER_AGENT };
  for (const [name, value] of Object.entries(given)) headers[name.toLowerCase()] = value;
  return headers;
}

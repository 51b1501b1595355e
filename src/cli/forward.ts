import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { Agent, request as send } from 'undici';

/** What the target made of a request that was passed on to it. */
export interface Forwarded {
  to: string;
  /** Milliseconds until its whole answer was there, or it was given up. */
  ms: number;
  /** Why there is no answer; null where there is one. */
  error: string | null;
}

/** An answer to be given to the sender. */
export interface Answer {
  status: number;
  headers: OutgoingHttpHeaders;
  body: Buffer;
}

export interface Forwarder {
  /** Passes a request on with its method, headers and body bytes; 502 with plain words where no answer comes back. */
  pass(request: IncomingMessage, body: Buffer): Promise<{ answer: Answer; forwarded: Forwarded }>;
  /** Cuts off what is under way. */
  close(): Promise<void>;
}

const LIMIT_MS = 30_000;
const MAX_ANSWER_BYTES = 1024 * 1024;

/** What belongs to one connection and not to the message (RFC 9110, 7.6.1), and what is made anew for the target. */
const OWN_TO_CONNECTION =
  /^(connection|keep-alive|proxy-connection|te|trailer|transfer-encoding|upgrade|expect|host|content-length)$/i;

/** Passes requests on to one URL, exactly that one: no path is added, and no redirect followed. */
export function createForwarder(to: string): Forwarder {
  const agent = new Agent({ maxResponseSize: MAX_ANSWER_BYTES });
  return {
    async pass(request, body) {
      const startedAt = performance.now();
      const done = (answer: Answer, error: string | null) => {
        return { answer, forwarded: { to, ms: Math.round(performance.now() - startedAt), error } };
      };
      try {
        const response = await send(to, {
          dispatcher: agent,
          method: request.method ?? 'GET',
          headers: passedHeaders(request.rawHeaders),
          body: body.length > 0 ? body : null,
          signal: AbortSignal.timeout(LIMIT_MS),
        });
        const headers = Object.entries(response.headers).filter(([name]) => !OWN_TO_CONNECTION.test(name));
        const answered = Buffer.from(await response.body.arrayBuffer());
        return done(
          { status: response.statusCode, headers: Object.fromEntries(headers), body: answered },
          null,
        );
      } catch (error) {
        const why = explain(error, to);
        const text = Buffer.from(`pricehook listen got no answer from ${to}: ${why}\n`);
        return done(
          { status: 502, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: text },
          why,
        );
      }
    },
    close: () => agent.destroy(),
  };
}

/** Names and values in turn, as they came. */
function passedHeaders(raw: string[]): string[] {
  return raw.filter((_, index) => !OWN_TO_CONNECTION.test(raw[index - (index % 2)] ?? ''));
}

function explain(error: unknown, to: string): string {
  const { host, hostname } = new URL(to);
  const { code, name, message } = error as NodeJS.ErrnoException;
  if (name === 'TimeoutError') return `it did not answer within ${LIMIT_MS / 1000} s`;
  if (code === 'ECONNREFUSED') return `nothing listens on ${host}`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `the name ${hostname} can't be resolved`;
  if (code === 'UND_ERR_SOCKET' || code === 'ECONNRESET')
    return 'it closed the connection before its answer was complete';
  return message || String(code ?? name);
}

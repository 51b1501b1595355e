import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { CommandError } from '../command-error';
import { EXIT } from '../exit-codes';
import { escapeControls } from '../terminal-text';
import { exitCodeOf } from './connect';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** The server pings every 15 s. */
const SILENT_AFTER_MS = 45_000;
const CONNECT_WITHIN_MS = 10_000;

/** A message of the stream, as docs/stream.md has it. */
export interface StreamMessage {
  type: string;
  id?: string;
  at?: string;
  data?: Record<string, unknown>;
  last_event_id?: string;
  complete?: boolean;
  detail?: string;
  code?: number;
  tickers?: string[];
  market?: string;
}

export interface StreamOptions {
  url: string;
  key: string;
  /** Whose prices to be told; none if left out. */
  tickers?: readonly string[] | 'all';
  /** Is told the events behind this one first. */
  lastEventId?: string;
  /** Ends it. */
  signal: AbortSignal;
  /** Hears why it broke, and when the next try is made. */
  warn: (text: string) => void;
}

/**
 * Tells everything that the stream says until it is told to stop. A stream that breaks is begun again, where it ended.
 * @throws CommandError where trying again would be no use: the key is refused, or the stream does not take what was asked for
 */
export async function watchStream(
  options: StreamOptions,
  tell: (message: StreamMessage) => void,
): Promise<void> {
  const { signal, warn } = options;
  let lastEventId = options.lastEventId;
  let pauseMs = FIRST_PAUSE_MS;
  while (!signal.aborted) {
    const broken = await listenOnce({ ...options, lastEventId }, (message) => {
      // It works: the next break is a new one.
      pauseMs = FIRST_PAUSE_MS;
      lastEventId = message.id ?? message.last_event_id ?? lastEventId;
      tell(message);
    });
    if (signal.aborted) return;
    if (broken.exitCode !== undefined) throw new CommandError(escapeControls(broken.why), broken.exitCode);
    const waitMs = Math.max(broken.waitMs ?? 0, pauseMs * (0.5 + Math.random() / 2));
    warn(`The stream broke: ${broken.why}; trying again in ${(waitMs / 1_000).toFixed(1)} s`);
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    await sleep(waitMs, undefined, { signal }).catch(() => undefined);
  }
}

interface Broken {
  why: string;
  /** Set where it is for good. */
  exitCode?: number;
  /** What the server asks for. */
  waitMs?: number;
}

/** One connection, to its end. */
function listenOnce(options: StreamOptions, tell: (message: StreamMessage) => void): Promise<Broken> {
  const { url, key, tickers, lastEventId, signal } = options;
  const ws = new WebSocket(`${url.replace(/^http/, 'ws')}/api/v1/stream`, {
    headers: { 'X-API-Key': key, ...(lastEventId !== undefined && { 'Last-Event-ID': lastEventId }) },
    handshakeTimeout: CONNECT_WITHIN_MS,
    followRedirects: false,
  });
  let broken: Broken | undefined;
  const stop = () => ws.terminate();
  const silence = setTimeout(() => {
    broken = { why: `nothing came for ${SILENT_AFTER_MS / 1_000} s` };
    ws.terminate();
  }, SILENT_AFTER_MS);
  const subscribe = (there: readonly string[] | undefined) => {
    const wanted = tickers === 'all' ? there : tickers;
    if (wanted?.length) ws.send(JSON.stringify({ type: 'subscribe', tickers: wanted }));
  };
  ws.on('ping', () => silence.refresh());
  ws.on('message', (data) => {
    silence.refresh();
    const message = JSON.parse(String(data)) as StreamMessage;
    if (message.type === 'ready') subscribe(message.tickers);
    if (message.type !== 'error') return tell(message);
    broken = {
      why: message.detail ?? 'the stream refused what was asked for',
      exitCode: exitCodeOf(message.code ?? 0),
    };
    ws.close();
  });
  ws.on('unexpected-response', (_request, response) => {
    const status = response.statusCode ?? 0;
    const waitMs = Number(response.headers['retry-after'] ?? 0) * 1_000;
    const passes = status === 429 || status >= 500;
    void detailOf(response).then((detail) => {
      const why = `${detail ?? `${url} answers streams not as Pricehook's API does`} (${status})`;
      broken = passes ? { why, waitMs } : { why, exitCode: exitCodeOf(status) };
      ws.terminate();
    });
  });
  signal.addEventListener('abort', stop, { once: true });
  return new Promise((resolve) => {
    ws.on('error', (error) => {
      broken ??= { why: error.message || (error as NodeJS.ErrnoException).code || error.name };
    });
    ws.on('close', (code, reason) => {
      clearTimeout(silence);
      signal.removeEventListener('abort', stop);
      resolve(broken ?? closedWith(code, String(reason)));
    });
  });
}

/** What an answer in the form of all errors says; undefined for any other. */
async function detailOf(response: AsyncIterable<Buffer>): Promise<string | undefined> {
  const pieces: Buffer[] = [];
  try {
    for await (const piece of response) {
      pieces.push(piece);
      if (pieces.length > 16) return undefined;
    }
    const { detail } = JSON.parse(Buffer.concat(pieces).toString()) as { detail?: unknown };
    return typeof detail === 'string' ? detail : undefined;
  } catch {
    return undefined;
  }
}

function closedWith(code: number, reason: string): Broken {
  const why = reason || `closed with ${code}`;
  if (code === 4401) return { why: `${why} (${code})`, exitCode: EXIT.key };
  return code === 4400 ? { why: `${why} (${code})`, exitCode: EXIT.refused } : { why };
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SymbolTable } from '../../config';
import { SOURCE_NAMES, type SourceName } from '../../domain/quote';
import { type Control, createControl } from './control';
import { refuseControl } from './control-guard';
import { binance } from './formats/binance';
import { bybit } from './formats/bybit';
import { coinbase } from './formats/coinbase';
import { coingecko } from './formats/coingecko';
import type { Exchange } from './formats/exchange';
import { kraken } from './formats/kraken';
import { okx } from './formats/okx';
import { type Prices, type Replay, recordedPrices, startReplay } from './replay';

const HOST = '127.0.0.1';
const MAX_COMMAND_BYTES = 10_000;
const EXCHANGES: Record<SourceName, Exchange> = { binance, coingecko, coinbase, kraken, okx, bybit };

/** A page such as Cloudflare puts in front of an exchange. */
const CHALLENGE = `<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title></head>
<body><h1>Checking your browser</h1><p>This page belongs to the replay market.</p></body></html>`;

export interface Exchanges {
  /** One origin for all: the exchanges' paths do not collide. */
  baseUrls: Record<SourceName, string>;
  /** Closes the server and cuts every connection, those that hang too. */
  stop(): Promise<void>;
}

/**
 * Starts stand-ins for all exchanges on loopback. They answer on the exchanges' own paths and in their own formats,
 * with replayed prices. `/_control` makes a source fail: see `createControl`.
 * @throws the system's error when the port is taken
 */
export async function startExchanges(options: {
  symbols: SymbolTable;
  /** A free one by default. */
  port?: number;
  /** Unix milliseconds; the system's clock by default. */
  now?: () => number;
  /** The recorded ones by default. */
  prices?: Prices;
  /** When the replay began, Unix milliseconds; now by default. */
  startedAtMs?: number;
}): Promise<Exchanges> {
  const control = createControl();
  const replay = startReplay(
    options.symbols,
    options.now ?? Date.now,
    options.prices ?? recordedPrices(options.symbols),
    options.startedAtMs,
  );
  const server = createServer((request, response) => {
    answer(request, response, control, replay).catch((error: Error) => {
      send(response, 500, { error: error.message });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, HOST, resolve);
  });
  const origin = `http://${HOST}:${(server.address() as AddressInfo).port}`;
  const baseUrls = Object.fromEntries(SOURCE_NAMES.map((name) => [name, origin])) as Exchanges['baseUrls'];
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { baseUrls, stop };
}

async function answer(request: IncomingMessage, response: ServerResponse, control: Control, replay: Replay) {
  const url = new URL(request.url ?? '/', 'http://exchange');
  if (url.pathname === '/_control') {
    const reply = refuseControl(request) ?? control.answer(request.method ?? '', await readText(request));
    return send(response, reply.status, reply.body);
  }
  const source = SOURCE_NAMES.find((name) => EXCHANGES[name].owns(url.pathname));
  if (source === undefined) return send(response, 404, { error: 'No exchange answers here' });

  const { mode, retry_after: retryAfter } = control.modeOf(source);
  if (mode === 'hang') return;
  if (mode === 'html') return send(response, 403, CHALLENGE, { 'cf-mitigated': 'challenge' });
  if (mode === '429') {
    const wait: Record<string, string> =
      retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
    return send(response, 429, EXCHANGES[source].tooOften, wait);
  }
  const reply = EXCHANGES[source].answer(url, replay(source, mode === 'wrong_price'));
  send(response, reply.status, reply.body);
}

function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) {
  const [type, text] =
    typeof body === 'string'
      ? ['text/html; charset=utf-8', body]
      : ['application/json', JSON.stringify(body)];
  // Nobody may take a replayed price for a real one, whoever asks.
  response.writeHead(status, { 'content-type': type, 'x-market': 'replay', ...headers });
  response.end(text);
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_COMMAND_BYTES) chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

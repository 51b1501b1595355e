import { Agent, request } from 'undici';
import shipped from '../../../config/symbols.json';
import { createSources, type Source } from '../../../src/activities/sources';
import { readConfig } from '../../../src/config';
import { type Exchanges, startExchanges } from '../../../src/dev/exchanges/server';
import { SOURCE_NAMES, type SourceName, type SourceReply } from '../../../src/domain/quote';

/** Running stand-ins with all adapters pointed at them; the clock is the test's own. */
export interface StandIns {
  exchanges: Exchanges;
  dispatcher: Agent;
  clock: { nowMs: number };
  sources: Record<SourceName, Source>;
  /** What each source says about some tickers. */
  ask(tickers: string[]): Promise<Record<SourceName, SourceReply>>;
  /** Status and parsed body of one request; what is posted is called JSON unless `headers` say otherwise. */
  send(
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<{ status: number; headers: Record<string, unknown>; body: unknown }>;
  stop(): Promise<void>;
}

export async function startStandIns(): Promise<StandIns> {
  const clock = { nowMs: Date.parse('2026-08-24T00:00:00Z') };
  const now = () => clock.nowMs;
  const exchanges = await startExchanges({ symbols: shipped, now });
  const dispatcher = new Agent();
  const urls = SOURCE_NAMES.map((name) => [`${name.toUpperCase()}_BASE_URL`, exchanges.baseUrls[name]]);
  const created = createSources(readConfig(Object.fromEntries(urls), false), { dispatcher, now });
  const sources = Object.fromEntries(created.map((source) => [source.name, source])) as StandIns['sources'];
  return {
    exchanges,
    dispatcher,
    clock,
    sources,
    async ask(tickers) {
      const replies = await Promise.all(created.map(async (s) => [s.name, await s.fetch(tickers)] as const));
      return Object.fromEntries(replies) as Record<SourceName, SourceReply>;
    },
    async send(path, body, headers = { 'content-type': 'application/json' }) {
      const method = body === undefined ? 'GET' : 'POST';
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const reply = await request(exchanges.baseUrls.okx + path, { method, headers, body: text, dispatcher });
      return { status: reply.statusCode, headers: reply.headers, body: JSON.parse(await reply.body.text()) };
    },
    async stop() {
      await dispatcher.destroy();
      await exchanges.stop();
    },
  };
}

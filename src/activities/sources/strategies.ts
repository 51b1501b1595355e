import type { SourceName, SourceReply } from '../../domain/quote';
import { combine } from './combine';
import { failed, type Source, type SourceDeps, unknownSymbol } from './source';

const REMEMBER_UNKNOWN_MS = 3_600_000;

export interface Asked {
  ticker: string;
  symbol: string;
}

/** A source that is asked one ticker a request, all at once. */
export function oneByOne(
  name: SourceName,
  deps: SourceDeps,
  ask: (asked: Asked, signal?: AbortSignal) => Promise<SourceReply>,
): Source {
  const fetch: Source['fetch'] = (tickers, signal) =>
    each(listed(deps, tickers), (asked) => ask(asked, signal));
  return { name, fetch };
}

/**
 * A source that is asked for many tickers in one request, and that refuses all of them for one unknown symbol. `ask`
 * reports that as an `unknown_symbol` failure without a ticker; then the symbols are asked one by one, and those that
 * turn out unknown are left out of the next hour's requests.
 */
export function allAtOnce(
  name: SourceName,
  deps: SourceDeps,
  ask: (asked: Asked[], signal?: AbortSignal) => Promise<SourceReply>,
): Source {
  const now = deps.now ?? Date.now;
  const unknownUntil = new Map<string, number>();

  const askAlone = async (asked: Asked, signal?: AbortSignal): Promise<SourceReply> => {
    const reply = await ask([asked], signal);
    if (!refusesSymbols(reply)) return reply;
    unknownUntil.set(asked.symbol, now() + REMEMBER_UNKNOWN_MS);
    return failed(unknownSymbol(name, asked.ticker, asked.symbol));
  };

  const fetch: Source['fetch'] = async (tickers, signal) => {
    const isUnknown = ({ symbol }: Asked) => (unknownUntil.get(symbol) ?? 0) > now();
    const wanted = listed(deps, tickers);
    const unknown = wanted.filter(isUnknown);
    const known = wanted.filter((asked) => !unknown.includes(asked));
    let reply: SourceReply = known.length > 1 ? await ask(known, signal) : { quotes: [], failures: [] };
    if (known.length === 1 || refusesSymbols(reply)) {
      reply = await each(known, (asked) => askAlone(asked, signal));
    }
    const remembered = unknown.map(({ ticker, symbol }) => unknownSymbol(name, ticker, symbol));
    return { quotes: reply.quotes, failures: [...remembered, ...reply.failures] };
  };
  return { name, fetch };
}

/** The asked tickers that this source lists, with what it calls them. */
function listed(deps: SourceDeps, tickers: string[]): Asked[] {
  return tickers.flatMap((ticker) => {
    const symbol = deps.symbols[ticker];
    return symbol === undefined ? [] : [{ ticker, symbol }];
  });
}

async function each(asked: Asked[], ask: (asked: Asked) => Promise<SourceReply>): Promise<SourceReply> {
  return combine(
    await Promise.all(asked.map(async (one) => ({ ticker: one.ticker, reply: await ask(one) }))),
  );
}

function refusesSymbols(reply: SourceReply): boolean {
  return reply.failures.some(({ kind, ticker }) => kind === 'unknown_symbol' && ticker === undefined);
}

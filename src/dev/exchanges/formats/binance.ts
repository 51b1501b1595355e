import { type Exchange, padZeros, type Reply } from './exchange';

const PATH = '/api/v3/ticker/price';

/** Binance spot: `symbols=["BTCUSDT"]` gives a list, `symbol=BTCUSDT` a bare object; prices have eight decimals. */
export const binance: Exchange = {
  owns: (path) => path === PATH,
  tooOften: {
    code: -1003,
    msg: 'Too much request weight used; current limit is 6000 request weight per 1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API.',
  },
  answer(url, view) {
    const single = url.searchParams.get('symbol');
    const symbols = single === null ? readList(url.searchParams.get('symbols'), view.symbols) : [single];
    if (symbols === null) return refuse(-1100, "Illegal characters found in parameter 'symbols'.");
    const rows: { symbol: string; price: string }[] = [];
    for (const symbol of symbols) {
      const price = view.priceOf(symbol);
      if (price === null) return refuse(-1121, 'Invalid symbol.');
      rows.push({ symbol, price: padZeros(price, 8) });
    }
    return { status: 200, body: single === null ? rows : rows[0] };
  },
};

function refuse(code: number, msg: string): Reply {
  return { status: 400, body: { code, msg } };
}

function readList(text: string | null, all: string[]): string[] | null {
  if (text === null) return all;
  return /^\["[A-Z0-9-_.]{1,20}"(,"[A-Z0-9-_.]{1,20}")*\]$/.test(text)
    ? (JSON.parse(text) as string[])
    : null;
}

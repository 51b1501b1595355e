import { type Exchange, padZeros, type Reply, type View } from './exchange';

const PATH = '/api/v3/ticker/price';
const KLINES = '/api/v3/klines';
const MINUTE_MS = 60_000;

/** Binance spot: `symbols=["BTCUSDT"]` gives a list, `symbol=BTCUSDT` a bare object; prices have eight decimals. Minutes are klines. */
export const binance: Exchange = {
  owns: (path) => path === PATH || path === KLINES,
  tooOften: {
    code: -1003,
    msg: 'Too much request weight used; current limit is 6000 request weight per 1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API.',
  },
  answer(url, view) {
    if (url.pathname === KLINES) return klines(url, view);
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

/** Milliseconds, both ends included, the oldest first, 1,000 at most. */
function klines({ searchParams }: URL, view: View): Reply {
  const number = (name: string, otherwise: number) => Number(searchParams.get(name) ?? otherwise);
  const limit = Math.min(1_000, number('limit', 500));
  const from = number('startTime', view.nowMs - limit * MINUTE_MS);
  const minutes = view.minutesOf(searchParams.get('symbol') ?? '', from, number('endTime', view.nowMs));
  if (minutes === null) return refuse(-1121, 'Invalid symbol.');
  const rows = minutes.slice(0, limit).map(({ minuteMs, open, high, low, close }) => {
    const prices = [open, high, low, close].map((price) => padZeros(price, 8));
    const traded = ['0.00000000', minuteMs + MINUTE_MS - 1, '0.00000000', 0, '0.00000000', '0.00000000', '0'];
    return [minuteMs, ...prices, ...traded];
  });
  return { status: 200, body: rows };
}

function refuse(code: number, msg: string): Reply {
  return { status: 400, body: { code, msg } };
}

function readList(text: string | null, all: string[]): string[] | null {
  if (text === null) return all;
  return /^\["[A-Z0-9-_.]{1,20}"(,"[A-Z0-9-_.]{1,20}")*\]$/.test(text)
    ? (JSON.parse(text) as string[])
    : null;
}

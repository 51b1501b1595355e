import { type Exchange, padZeros, type Reply, type View } from './exchange';

const PATH = '/0/public/Ticker';
const OHLC = '/0/public/OHLC';
const MINUTE_MS = 60_000;
const MOST = 720;

/** Kraken answers for its oldest pairs under longer names than they are asked by. */
const RESULT_NAMES: Record<string, string> = { XBTUSD: 'XXBTZUSD', ETHUSD: 'XETHZUSD' };

/** Kraken spot: failures come with HTTP 200 in `error`; one unknown pair fails the whole request. */
export const kraken: Exchange = {
  owns: (path) => path === PATH || path === OHLC,
  tooOften: { error: ['EGeneral:Too many requests'] },
  answer(url, view) {
    if (url.pathname === OHLC) return ohlc(url, view);
    const pairs = url.searchParams.get('pair')?.split(',') ?? view.symbols;
    const result: Record<string, unknown> = {};
    for (const pair of pairs) {
      const price = view.priceOf(pair);
      if (price === null) return { status: 200, body: { error: ['EQuery:Unknown asset pair'] } };
      result[RESULT_NAMES[pair] ?? pair] = row(padZeros(price, decimalsOf(pair)));
    }
    return { status: 200, body: { error: [], result } };
  },
};

const decimalsOf = (pair: string) => (pair === 'XDGUSD' ? 9 : 5);

/** Seconds, the oldest first, none but the last 720; the minute that is under way comes whatever `since` is. */
function ohlc({ searchParams }: URL, view: View): Reply {
  const pair = searchParams.get('pair') ?? '';
  const minutes = view.minutesOf(pair, view.nowMs - MOST * MINUTE_MS, view.nowMs);
  if (minutes === null) return { status: 200, body: { error: ['EQuery:Unknown asset pair'] } };
  const since = Number(searchParams.get('since') ?? 0);
  const rows = minutes
    .filter(({ minuteMs }, index) => minuteMs / 1_000 > since || index === minutes.length - 1)
    .map(({ minuteMs, open, high, low, close }) => {
      const prices = [open, high, low, close, close].map((price) => padZeros(price, decimalsOf(pair)));
      return [minuteMs / 1_000, ...prices, '0.01000000', 1];
    });
  const last = (minutes.at(-2)?.minuteMs ?? 0) / 1_000;
  return { status: 200, body: { error: [], result: { [RESULT_NAMES[pair] ?? pair]: rows, last } } };
}

/** Ask, bid, last trade, volume, average, trades, low, high, open; what is per day is of the last trade alone. */
function row(price: string) {
  const pair = [price, price];
  return {
    a: [price, '1', '1.000'],
    b: [price, '1', '1.000'],
    c: [price, '0.01000000'],
    v: ['0.00000000', '0.00000000'],
    p: pair,
    t: [1, 1],
    l: pair,
    h: pair,
    o: price,
  };
}

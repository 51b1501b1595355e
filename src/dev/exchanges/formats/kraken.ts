import { type Exchange, padZeros } from './exchange';

const PATH = '/0/public/Ticker';

/** Kraken answers for its oldest pairs under longer names than they are asked by. */
const RESULT_NAMES: Record<string, string> = { XBTUSD: 'XXBTZUSD', ETHUSD: 'XETHZUSD' };

/** Kraken spot: failures come with HTTP 200 in `error`; one unknown pair fails the whole request. */
export const kraken: Exchange = {
  owns: (path) => path === PATH,
  tooOften: { error: ['EGeneral:Too many requests'] },
  answer(url, view) {
    const pairs = url.searchParams.get('pair')?.split(',') ?? view.symbols;
    const result: Record<string, unknown> = {};
    for (const pair of pairs) {
      const price = view.priceOf(pair);
      if (price === null) return { status: 200, body: { error: ['EQuery:Unknown asset pair'] } };
      result[RESULT_NAMES[pair] ?? pair] = row(padZeros(price, pair === 'XDGUSD' ? 9 : 5));
    }
    return { status: 200, body: { error: [], result } };
  },
};

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

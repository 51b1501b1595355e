import { type Exchange, trimZeros } from './exchange';

const PATH = '/v5/market/tickers';

/** Bybit spot: failures come with HTTP 200 in `retCode`; the envelope's time is the server's. */
export const bybit: Exchange = {
  owns: (path) => path === PATH,
  tooOften: { retCode: 10006, retMsg: 'Too many visits!' },
  answer(url, view) {
    const asked = url.searchParams.get('symbol');
    const list: unknown[] = [];
    for (const symbol of asked === null ? view.symbols : [asked]) {
      const price = view.priceOf(symbol);
      if (price === null) return envelope(10001, 'Not supported symbols', {}, view.nowMs);
      list.push(row(symbol, trimZeros(price)));
    }
    return envelope(0, 'OK', { category: 'spot', list }, view.nowMs);
  },
};

function envelope(retCode: number, retMsg: string, result: unknown, time: number) {
  return { status: 200, body: { retCode, retMsg, result, retExtInfo: {}, time } };
}

function row(symbol: string, price: string) {
  return {
    symbol,
    bid1Price: price,
    bid1Size: '1',
    ask1Price: price,
    ask1Size: '1',
    lastPrice: price,
    prevPrice24h: price,
    price24hPcnt: '0',
    highPrice24h: price,
    lowPrice24h: price,
    turnover24h: '0',
    volume24h: '0',
    usdIndexPrice: price,
  };
}

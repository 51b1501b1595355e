import shipped from '../../../config/symbols.json';
import { createBinance } from '../../../src/activities/sources/binance';
import { createBybit } from '../../../src/activities/sources/bybit';
import { createCoinbase } from '../../../src/activities/sources/coinbase';
import { createCoinGecko } from '../../../src/activities/sources/coingecko';
import { createKraken } from '../../../src/activities/sources/kraken';
import { createOkx } from '../../../src/activities/sources/okx';
import type { Source, SourceDeps } from '../../../src/activities/sources/source';
import { SOURCE_NAMES, type SourceName } from '../../../src/domain/quote';

/** Every adapter by its source's name. */
export const CREATE: Record<SourceName, (deps: SourceDeps) => Source> = {
  binance: createBinance,
  coingecko: createCoinGecko,
  coinbase: createCoinbase,
  kraken: createKraken,
  okx: createOkx,
  bybit: createBybit,
};

/** What a source calls each ticker, as the shipped table has it. */
export function symbolsOf(source: SourceName): Record<string, string> {
  return Object.fromEntries(Object.entries(shipped).map(([ticker, symbols]) => [ticker, symbols[source]]));
}

/** A good reply about BTC at this price and time, in the source's own format. `price` is what stands in the JSON. */
export function replyOf(source: SourceName, price: unknown, timeMs: number): string {
  const bodies: Record<SourceName, unknown> = {
    binance: [{ symbol: 'BTCUSDT', price }],
    coingecko: { bitcoin: { usd: price, last_updated_at: Math.floor(timeMs / 1000) } },
    coinbase: {
      trade_id: 1,
      price,
      size: '1',
      bid: '1',
      ask: '1',
      volume: '1',
      time: new Date(timeMs).toISOString(),
    },
    kraken: { error: [], result: { XXBTZUSD: { c: [price, '1.0'] } } },
    okx: {
      code: '0',
      msg: '',
      data: [{ instType: 'SPOT', instId: 'BTC-USDT', last: price, ts: String(timeMs) }],
    },
    bybit: {
      retCode: 0,
      retMsg: 'OK',
      result: { category: 'spot', list: [{ symbol: 'BTCUSDT', lastPrice: price }] },
      retExtInfo: {},
      time: timeMs,
    },
  };
  return JSON.stringify(bodies[source]);
}

export { SOURCE_NAMES };

import type { SourceName } from '../../../src/domain/quote';

/** A recorded good reply and what is to be read in it. */
export interface GoodReply {
  source: SourceName;
  file: string;
  symbols: Record<string, string>;
  /** When it was recorded, so that its prices are fresh. */
  now: string;
  prices: Record<string, number>;
  times?: Record<string, number>;
}

export const GOOD_REPLIES: GoodReply[] = [
  {
    source: 'binance',
    file: 'binance-ticker-price-symbols.json',
    symbols: { BTC: 'BTCUSDT', ETH: 'ETHUSDT', SOL: 'SOLUSDT' },
    now: '2026-07-05T00:00:00Z',
    prices: { BTC: 60262.05, ETH: 2594.25, SOL: 153.34 },
  },
  {
    source: 'coingecko',
    file: 'coingecko-simple-price-four-coins.json',
    symbols: { USDC: 'usd-coin', USDT: 'tether', ETH: 'ethereum', BTC: 'bitcoin' },
    now: '2026-07-05T00:00:00Z',
    prices: { USDC: 0.999815, USDT: 0.999113, ETH: 1779.39, BTC: 63421 },
  },
  {
    source: 'coingecko',
    file: 'coingecko-simple-price-bitcoin.json',
    symbols: { BTC: 'bitcoin' },
    now: '2021-05-15T14:10:16Z',
    prices: { BTC: 49253 },
  },
  {
    source: 'coingecko',
    file: 'coingecko-simple-price-bitcoin-2026.json',
    symbols: { BTC: 'bitcoin' },
    now: '2026-10-05T09:37:27Z',
    prices: { BTC: 85843 },
  },
  {
    source: 'coingecko',
    file: 'coingecko-simple-price-full-doc.json',
    symbols: { BTC: 'bitcoin' },
    now: '2026-05-18T08:18:00Z',
    prices: { BTC: 76975 },
    times: { BTC: 1779092258000 },
  },
  {
    source: 'coinbase',
    file: 'coinbaseexchange-ticker-BTC-USD-2017.json',
    symbols: { BTC: 'BTC-USD' },
    now: '2017-10-03T04:00:34Z',
    prices: { BTC: 4417.01 },
    times: { BTC: Date.parse('2017-10-03T04:00:31.887Z') },
  },
  {
    source: 'coinbase',
    file: 'coinbaseexchange-ticker-BTC-USDT.json',
    symbols: { BTC: 'BTC-USDT' },
    now: '2024-03-13T11:10:42Z',
    prices: { BTC: 73367.8 },
    times: { BTC: Date.parse('2024-03-13T11:10:41.270Z') },
  },
  {
    source: 'kraken',
    file: 'kraken-ticker-XBTUSD.json',
    symbols: { BTC: 'XBTUSD' },
    now: '2026-10-05T09:37:27Z',
    prices: { BTC: 85861.2 },
  },
  {
    source: 'kraken',
    file: 'kraken-ticker-six-pairs-trimmed.json',
    symbols: {
      NEAR: 'NEARUSD',
      BTC: 'XBTUSD',
      ETH: 'ETHUSD',
      USDT: 'USDTUSD',
      DOGE: 'XDGUSD',
      WBTC: 'WBTCUSD',
    },
    now: '2026-07-05T00:00:00Z',
    prices: { NEAR: 1.8455, BTC: 65231.8, ETH: 1965.4, USDT: 0.99908, DOGE: 0.0726379, WBTC: 64962.3 },
  },
  {
    source: 'kraken',
    file: 'kraken-ticker-six-pairs-trimmed.json',
    symbols: { DOGE: 'DOGEUSD', BTC: 'BTCUSD' },
    now: '2026-07-05T00:00:00Z',
    prices: { DOGE: 0.0726379, BTC: 65231.8 },
  },
  {
    source: 'kraken',
    file: 'kraken-ticker-BCHEUR-2017.json',
    symbols: { BCH: 'BCHEUR' },
    now: '2017-10-03T04:05:18Z',
    prices: { BCH: 355.4 },
  },
  {
    source: 'bybit',
    file: 'bybit-tickers-spot-BTCUSDT.json',
    symbols: { BTC: 'BTCUSDT' },
    now: '2026-10-05T09:37:27Z',
    prices: { BTC: 85890 },
  },
  {
    source: 'bybit',
    file: 'bybit-tickers-spot-doc.json',
    symbols: { BTC: 'BTCUSDT' },
    now: '2023-01-16T08:51:28Z',
    prices: { BTC: 20533.13 },
  },
];

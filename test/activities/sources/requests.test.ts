import type { SourceName } from '../../../src/domain/quote';
import { CREATE, replyOf, SOURCE_NAMES, symbolsOf } from './adapters';
import { serve } from './loopback';

const PATHS: Record<SourceName, string[]> = {
  binance: ['/api/v3/ticker/price?symbols=["BTCUSDT","ETHUSDT"]'],
  coingecko: [
    '/api/v3/simple/price?ids=bitcoin,ethereum&vs_currencies=usd&include_last_updated_at=true&precision=full',
  ],
  coinbase: ['/products/BTC-USD/ticker', '/products/ETH-USD/ticker'],
  kraken: ['/0/public/Ticker?pair=XBTUSD,ETHUSD'],
  okx: ['/api/v5/market/ticker?instId=BTC-USDT', '/api/v5/market/ticker?instId=ETH-USDT'],
  bybit: [
    '/v5/market/tickers?category=spot&symbol=BTCUSDT',
    '/v5/market/tickers?category=spot&symbol=ETHUSDT',
  ],
};

describe('what is asked', () => {
  test.each(SOURCE_NAMES)('%s is asked on its own path', async (source) => {
    const { baseUrl, dispatcher, asked } = await serve({ body: replyOf(source, '1', Date.now()) });
    await CREATE[source]({ baseUrl, dispatcher, symbols: symbolsOf(source) }).fetch(['BTC', 'ETH']);
    expect(asked.sort()).toEqual(PATHS[source]);
  });

  test.each(SOURCE_NAMES)('%s is not asked about a ticker that it does not list', async (source) => {
    const { baseUrl, dispatcher, asked } = await serve({ body: '{}' });
    const reply = await CREATE[source]({ baseUrl, dispatcher, symbols: {} }).fetch(['BTC']);
    expect(reply).toEqual({ quotes: [], failures: [] });
    expect(asked).toEqual([]);
  });

  test('the symbols of Binance are encoded', async () => {
    const { baseUrl, dispatcher, requests } = await serve({ body: '[]' });
    await CREATE.binance({ baseUrl, dispatcher, symbols: { BTC: 'BTCUSDT' } }).fetch(['BTC']);
    expect(requests[0]?.url).toBe('/api/v3/ticker/price?symbols=%5B%22BTCUSDT%22%5D');
  });

  test('the key of CoinGecko goes into its header and nowhere else', async () => {
    const apiKey = 'CG-secret';
    const { baseUrl, dispatcher, requests } = await serve({ status: 401, body: `{"error":"bad key"}` });
    const coingecko = CREATE.coingecko({ baseUrl, dispatcher, symbols: { BTC: 'bitcoin' }, apiKey });
    const { failures } = await coingecko.fetch(['BTC']);
    expect(requests[0]?.headers['x-cg-demo-api-key']).toBe(apiKey);
    expect(requests[0]?.url).not.toContain(apiKey);
    expect(failures).toEqual([{ kind: 'blocked', message: expect.not.stringContaining(apiKey) }]);
  });
});

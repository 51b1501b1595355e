import type { SourceName } from '../../../src/domain/quote';
import { CREATE } from './adapters';
import { recorded, serve } from './loopback';

const NOW_MS = Date.parse('2026-08-15T07:20:30Z');

async function ask(source: SourceName, symbols: Record<string, string>, body: string) {
  const { baseUrl, dispatcher } = await serve({ body });
  return CREATE[source]({ baseUrl, dispatcher, symbols, now: () => NOW_MS }).fetch(Object.keys(symbols));
}

describe('a ticker that a good reply leaves out', () => {
  test.each([
    ['binance', { BTC: 'BTCUSDT', DOGE: 'DOGEUSDT' }, 'binance-ticker-price-symbols.json'],
    ['coingecko', { BTC: 'bitcoin', DOGE: 'dogecoin' }, 'coingecko-simple-price-four-coins.json'],
    ['kraken', { BTC: 'XBTUSD', DOGE: 'DOTUSD' }, 'kraken-ticker-six-pairs-trimmed.json'],
  ] as const)('of %s fails alone', async (source, symbols, file) => {
    const { quotes, failures } = await ask(source, symbols, recorded(file));
    expect(quotes.map(({ ticker }) => ticker)).toEqual(['BTC']);
    expect(failures).toEqual([
      { kind: 'empty', ticker: 'DOGE', message: expect.stringContaining('no price of DOGE') },
    ]);
  });

  test.each([
    ['okx', { BTC: 'BTC-USDT' }, '{"code":"0","msg":"","data":[]}'],
    [
      'bybit',
      { BTC: 'BTCUSDT' },
      '{"retCode":0,"result":{"category":"spot","list":[]},"time":1786778430000}',
    ],
    ['coingecko', { BTC: 'bitcoin' }, recorded('coingecko-simple-price-unknown-currency.json')],
    ['coingecko', { BTC: 'bitcoin' }, recorded('coingecko-simple-price-last-updated.json')],
  ] as const)('of %s alone is empty too', async (source, symbols, body) => {
    const { quotes, failures } = await ask(source, symbols, body);
    expect(quotes).toEqual([]);
    expect(failures).toMatchObject([{ kind: 'empty', ticker: 'BTC' }]);
  });

  test.each([
    ['okx', { BTC: 'BTC-USDT' }, '{"code":"0","msg":"","data":[{"instId":"ETH-USDT","last":"1"}]}'],
    ['bybit', { BTC: 'BTCUSDT' }, '{"retCode":0,"result":{"list":[{"symbol":"ETHUSDT","lastPrice":"1"}]}}'],
  ] as const)('of %s is not replaced by another one that came instead', async (source, symbols, body) => {
    const { quotes, failures } = await ask(source, symbols, body);
    expect(quotes).toEqual([]);
    expect(failures).toMatchObject([{ kind: 'empty', ticker: 'BTC' }]);
  });

  test('of Kraken whose row has another form fails alone', async () => {
    const body = '{"error":[],"result":{"XXBTZUSD":{"c":["1.5","1"]},"XETHZUSD":{"p":["1","1"]}}}';
    const { quotes, failures } = await ask('kraken', { BTC: 'XBTUSD', ETH: 'ETHUSD' }, body);
    expect(quotes).toMatchObject([{ ticker: 'BTC', price: 1.5 }]);
    expect(failures).toMatchObject([{ kind: 'malformed', ticker: 'ETH' }]);
  });

  test('of Kraken is there beside a warning', async () => {
    const body = '{"error":["WGeneral:Maintenance is near"],"result":{"XXBTZUSD":{"c":["1.5","1"]}}}';
    expect((await ask('kraken', { BTC: 'XBTUSD' }, body)).quotes).toMatchObject([
      { ticker: 'BTC', price: 1.5 },
    ]);
  });
});

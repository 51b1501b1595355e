import { createBinance } from '../../../src/activities/sources/binance';
import { type StandIns, startStandIns } from './stand-ins';

let standIns: StandIns;
beforeAll(async () => {
  standIns = await startStandIns();
});
afterAll(() => standIns.stop());

/** Each reply as the real exchange sends it: number formats, envelope, names; and what it says to an unknown symbol. */
const REPLIES: [string, number, unknown][] = [
  [
    '/api/v3/ticker/price?symbols=["BTCUSDT","DOGEUSDT"]',
    200,
    [
      { symbol: 'BTCUSDT', price: '49537.15000000' },
      { symbol: 'DOGEUSDT', price: '0.39142000' },
    ],
  ],
  ['/api/v3/ticker/price?symbol=SOLUSDT', 200, { symbol: 'SOLUSDT', price: '43.39400000' }],
  ['/api/v3/ticker/price?symbols=["BTCUSDT","NOPE"]', 400, { code: -1121, msg: 'Invalid symbol.' }],
  ['/api/v3/ticker/price?symbols=BTCUSDT', 400, { code: -1100, msg: expect.any(String) }],
  ['/api/v3/ticker/price', 200, expect.arrayContaining([{ symbol: 'BNBUSDT', price: '594.20000000' }])],

  [
    '/api/v3/simple/price?ids=bitcoin,nope&vs_currencies=usd&include_last_updated_at=true',
    200,
    { bitcoin: { usd: 49537.15, last_updated_at: 1787529600 } },
  ],
  ['/api/v3/simple/price?ids=dogecoin&vs_currencies=usd', 200, { dogecoin: { usd: 0.39142 } }],
  ['/api/v3/simple/price?ids=bitcoin&vs_currencies=ethereum', 200, { bitcoin: {} }],
  ['/api/v3/simple/price', 422, { error: 'Missing parameter ids' }],

  [
    '/products/ETH-USD/ticker',
    200,
    expect.objectContaining({
      trade_id: expect.any(Number),
      price: '3810.15',
      time: '2026-08-24T00:00:00.000000Z',
    }),
  ],
  ['/products/NOPE-USD/ticker', 404, { message: 'NotFound' }],

  [
    '/0/public/Ticker?pair=XBTUSD,ETHUSD,XDGUSD,SOLUSD',
    200,
    {
      error: [],
      result: {
        XXBTZUSD: expect.objectContaining({ c: ['49537.15000', expect.any(String)], o: '49537.15000' }),
        XETHZUSD: expect.objectContaining({ c: ['3810.15000', expect.any(String)] }),
        XDGUSD: expect.objectContaining({ c: ['0.391420000', expect.any(String)] }),
        SOLUSD: expect.objectContaining({ c: ['43.39400', expect.any(String)] }),
      },
    },
  ],
  ['/0/public/Ticker?pair=XBTUSD,NOPE', 200, { error: ['EQuery:Unknown asset pair'] }],

  [
    '/api/v5/market/ticker?instId=BTC-USDT',
    200,
    {
      code: '0',
      msg: '',
      data: [
        expect.objectContaining({
          instType: 'SPOT',
          instId: 'BTC-USDT',
          last: '49537.15',
          ts: '1787529600000',
        }),
      ],
    },
  ],
  ['/api/v5/market/ticker?instId=NOPE-USDT', 200, { code: '51001', msg: expect.any(String), data: [] }],
  ['/api/v5/market/ticker', 400, { code: '50014', msg: expect.any(String), data: [] }],

  [
    '/v5/market/tickers?category=spot&symbol=DOGEUSDT',
    200,
    {
      retCode: 0,
      retMsg: 'OK',
      result: {
        category: 'spot',
        list: [expect.objectContaining({ symbol: 'DOGEUSDT', lastPrice: '0.39142' })],
      },
      retExtInfo: {},
      time: 1787529600000,
    },
  ],
  [
    '/v5/market/tickers?category=spot&symbol=NOPE',
    200,
    { retCode: 10001, retMsg: 'Not supported symbols', result: {}, retExtInfo: {}, time: 1787529600000 },
  ],
];

describe('the format of each exchange', () => {
  test.each(REPLIES)('%s', async (path, status, body) => {
    expect(await standIns.send(encodeURI(path))).toMatchObject({ status, body });
  });

  test('a field for each one that the recorded replies have', async () => {
    const fields = async (path: string) => (await standIns.send(path)).body;
    expect(Object.keys((await fields('/products/BTC-USD/ticker')) as object).sort()).toEqual([
      'ask',
      'bid',
      'price',
      'size',
      'time',
      'trade_id',
      'volume',
    ]);
    const kraken = (await fields('/0/public/Ticker?pair=XBTUSD')) as { result: Record<string, object> };
    expect(Object.keys(kraken.result.XXBTZUSD ?? {})).toEqual(['a', 'b', 'c', 'v', 'p', 't', 'l', 'h', 'o']);
  });
});

test('an unknown symbol of the stand-in for Binance costs its adapter no other ticker', async () => {
  const symbols = { BTC: 'BTCUSDT', GONE: 'GONEUSDT' };
  const baseUrl = standIns.exchanges.baseUrls.binance;
  const binance = createBinance({
    baseUrl,
    symbols,
    dispatcher: standIns.dispatcher,
    now: () => standIns.clock.nowMs,
  });
  const { quotes, failures } = await binance.fetch(['BTC', 'GONE']);
  expect(quotes).toMatchObject([{ ticker: 'BTC', price: 49537.15 }]);
  expect(failures).toMatchObject([{ kind: 'unknown_symbol', ticker: 'GONE' }]);
});

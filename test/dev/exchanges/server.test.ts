import shipped from '../../../config/symbols.json';
import { startExchanges } from '../../../src/dev/exchanges/server';
import { SOURCE_NAMES } from '../../../src/domain/quote';
import { type StandIns, startStandIns } from './stand-ins';

const TICKERS = ['BTC', 'ETH', 'DOGE', 'SOL', 'BNB'];
const MINUTE_MS = 60_000;
const RECORDED_MS = 14_160 * MINUTE_MS;

/** The minute of each ticker that the replay begins with: open, low, high. */
const FIRST: Record<string, number[]> = {
  BTC: [49537.15, 48742.24, 49664.15],
  ETH: [3810.15, 3700, 3832.06],
  DOGE: [0.39142, 0.38708, 0.40154],
  SOL: [43.394, 42.863, 44.197],
  BNB: [594.2, 587.47, 595.55],
};

let standIns: StandIns;
beforeEach(async () => {
  standIns = await startStandIns();
});
afterEach(() => standIns.stop());

/** What every source quotes, by ticker; fails where they differ. */
async function quoted(): Promise<Record<string, number>> {
  const replies = Object.values(await standIns.ask(TICKERS));
  const tables = replies.map(({ quotes, failures }) => {
    expect(failures).toEqual([]);
    return Object.fromEntries(quotes.map(({ ticker, price }) => [ticker, price]));
  });
  for (const table of tables) expect(table).toEqual(tables[0]);
  return tables[0] as Record<string, number>;
}

describe('the stand-in exchanges', () => {
  test.each(SOURCE_NAMES)('%s quotes all five tickers', async (source) => {
    const { quotes, failures } = await standIns.sources[source].fetch(TICKERS);
    expect(failures).toEqual([]);
    expect(quotes.map(({ ticker }) => ticker)).toEqual(TICKERS);
  });

  test('begin in the middle of a fall, and all quote the same', async () => {
    expect(await quoted()).toEqual(Object.fromEntries(TICKERS.map((ticker) => [ticker, FIRST[ticker]?.[0]])));
  });

  test('move as the clock does, and reach the extremes of the minute', async () => {
    const seen: Record<string, number>[] = [];
    for (const afterMs of [20_000, 20_000]) {
      standIns.clock.nowMs += afterMs;
      seen.push(await quoted());
    }
    for (const ticker of TICKERS) {
      const extremes = seen.map((prices) => prices[ticker]).sort((a, b) => Number(a) - Number(b));
      expect(extremes).toEqual(FIRST[ticker]?.slice(1));
    }
  });

  test('begin anew after the recording', async () => {
    const first = await quoted();
    standIns.clock.nowMs += RECORDED_MS;
    expect(await quoted()).toEqual(first);
  });

  test.each([
    ['coingecko', 1787529600000],
    ['coinbase', 1787529600000],
    ['okx', 1787529600000],
    ['binance', null],
    ['kraken', null],
    ['bybit', null],
  ] as const)('%s dates its prices at %p', async (source, sourceTimeMs) => {
    standIns.clock.nowMs = 1787529600000;
    const { quotes } = await standIns.sources[source].fetch(['BTC']);
    expect(quotes).toMatchObject([{ sourceTimeMs }]);
  });

  test('say on each reply that they are a replay', async () => {
    for (const path of ['/products/BTC-USD/ticker', '/products/NOPE/ticker', '/elsewhere', '/_control']) {
      expect((await standIns.send(path)).headers['x-market']).toBe('replay');
    }
  });

  test('answer nothing elsewhere', async () => {
    expect(await standIns.send('/api/v3/depth')).toMatchObject({
      status: 404,
      body: { error: expect.any(String) },
    });
  });

  test('list no ticker that has no recording', async () => {
    const symbols = { ...shipped, XRP: { okx: 'XRP-USDT' } };
    const exchanges = await startExchanges({ symbols });
    const reply = await fetch(`${exchanges.baseUrls.okx}/api/v5/market/ticker?instId=XRP-USDT`);
    expect(await reply.json()).toMatchObject({ code: '51001' });
    await exchanges.stop();
  });

  test('take a given port, and say when it is taken', async () => {
    const port = Number(new URL(standIns.exchanges.baseUrls.okx).port);
    await expect(startExchanges({ symbols: shipped, port })).rejects.toThrow('EADDRINUSE');
    await standIns.exchanges.stop();
    const again = await startExchanges({ symbols: shipped, port });
    expect(again.baseUrls.bybit).toBe(`http://127.0.0.1:${port}`);
    await again.stop();
  });
});

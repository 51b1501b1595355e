import type { SourceName } from '../../../src/domain/quote';
import { CREATE } from './adapters';
import { type Loopback, recorded, type Served, serve } from './loopback';

const HOUR_MS = 3_600_000;

/** The symbols of a request, in Binance's and in Kraken's way. */
function symbolsIn(url: URL): string[] {
  const list = url.searchParams.get('symbols');
  return list === null ? (url.searchParams.get('pair') ?? '').split(',') : JSON.parse(list);
}

/** Refuses every request that names NOPE, as the real ones do. */
const EXCHANGES: Record<'binance' | 'kraken', (url: URL) => Served> = {
  binance: (url) =>
    symbolsIn(url).includes('NOPE')
      ? { status: 400, body: recorded('errors/binance-1121-invalid-symbol.json') }
      : { body: JSON.stringify(symbolsIn(url).map((symbol) => ({ symbol, price: '1.50000000' }))) },
  kraken: (url) =>
    symbolsIn(url).includes('NOPE')
      ? { body: recorded('errors/kraken-unknown-asset-pair.json') }
      : {
          body: JSON.stringify({
            error: [],
            result: Object.fromEntries(symbolsIn(url).map((s) => [s, { c: ['1.5'] }])),
          }),
        },
};

const unknown = (ticker: string) => ({
  kind: 'unknown_symbol',
  ticker,
  message: expect.stringContaining('NOPE'),
});

describe.each(['binance', 'kraken'] as const)('an unknown symbol among the ones asked of %s', (source) => {
  const symbols = { BTC: 'AAAUSD', ETH: 'BBBUSD', GONE: 'NOPE' };
  let clockMs: number;
  let server: Loopback;
  const create = (table: Record<string, string> = symbols) =>
    CREATE[source]({ ...server, symbols: table, now: () => clockMs });

  beforeEach(async () => {
    clockMs = Date.parse('2026-08-24T00:00:00Z');
    server = await serve(EXCHANGES[source]);
  });

  test('costs the others nothing', async () => {
    const { quotes, failures } = await create().fetch(['BTC', 'GONE', 'ETH']);
    expect(quotes.map(({ ticker }) => ticker).sort()).toEqual(['BTC', 'ETH']);
    expect(failures).toEqual([unknown('GONE')]);
    expect(server.asked).toHaveLength(4);
  });

  test('is not asked for again within an hour', async () => {
    const adapter = create();
    await adapter.fetch(['BTC', 'ETH', 'GONE']);
    server.asked.length = 0;
    clockMs += HOUR_MS - 1;
    const { quotes, failures } = await adapter.fetch(['BTC', 'ETH', 'GONE']);
    expect(quotes).toHaveLength(2);
    expect(failures).toEqual([unknown('GONE')]);
    expect(server.asked).toHaveLength(1);
    expect(server.asked[0]).not.toContain('NOPE');
  });

  test('is asked for again after an hour', async () => {
    const adapter = create();
    await adapter.fetch(['BTC', 'ETH', 'GONE']);
    server.asked.length = 0;
    clockMs += HOUR_MS;
    await adapter.fetch(['BTC', 'ETH', 'GONE']);
    expect(server.asked[0]).toContain('NOPE');
  });

  test('is told alone, and then without a request', async () => {
    const adapter = create({ GONE: 'NOPE' });
    expect(await adapter.fetch(['GONE'])).toEqual({ quotes: [], failures: [unknown('GONE')] });
    expect(await adapter.fetch(['GONE'])).toEqual({ quotes: [], failures: [unknown('GONE')] });
    expect(server.asked).toHaveLength(1);
  });

  test('is not remembered by another adapter', async () => {
    await create({ GONE: 'NOPE' }).fetch(['GONE']);
    await create({ GONE: 'NOPE' }).fetch(['GONE']);
    expect(server.asked).toHaveLength(2);
  });
});

test('a symbol that Binance finds illegal is unknown too', async () => {
  const body = `{"code":-1100,"msg":"Illegal characters found in parameter 'symbols'."}`;
  const { baseUrl, dispatcher } = await serve({ status: 400, body });
  const binance = CREATE.binance({ baseUrl, dispatcher, symbols: { GONE: 'NOPE' } });
  expect((await binance.fetch(['GONE'])).failures).toEqual([unknown('GONE')]);
});

describe('an unknown symbol of a source that is asked one by one', () => {
  const NOT_FOUND: [SourceName, Served][] = [
    ['coinbase', { status: 404, body: recorded('errors/coinbaseexchange-404-not-found.json') }],
    ['coinbase', { status: 400, body: '{"message":"Not allowed for delisted products"}' }],
    ['okx', { body: recorded('errors/okx-51001-unknown-instrument.json') }],
    ['bybit', { body: recorded('errors/bybit-10001-not-supported-symbol.json') }],
  ];
  const GOOD: Partial<Record<SourceName, string>> = {
    coinbase: '{"price":"1.5"}',
    okx: '{"code":"0","data":[{"instId":"AAA","last":"1.5"}]}',
    bybit: '{"retCode":0,"result":{"list":[{"symbol":"AAA","lastPrice":"1.5"}]}}',
  };

  test.each(NOT_FOUND)('%s costs the others nothing: %j', async (source, notFound) => {
    const { baseUrl, dispatcher } = await serve((url) =>
      url.href.includes('NOPE') ? notFound : { body: GOOD[source] },
    );
    const adapter = CREATE[source]({ baseUrl, dispatcher, symbols: { BTC: 'AAA', GONE: 'NOPE' } });
    const { quotes, failures } = await adapter.fetch(['BTC', 'GONE']);
    expect(quotes).toMatchObject([{ ticker: 'BTC', price: 1.5 }]);
    expect(failures).toEqual([unknown('GONE')]);
  });
});

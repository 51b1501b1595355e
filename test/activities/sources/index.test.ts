import { anySourceAnswers, createSources, type Source } from '../../../src/activities/sources';
import { type Config, readConfig } from '../../../src/config';
import { replyOf, SOURCE_NAMES } from './adapters';
import { serve } from './loopback';

/** The shipped configuration with every source at one address. */
function configFor(baseUrl: string, env: Record<string, string> = {}): Config {
  const urls = SOURCE_NAMES.map((name) => [`${name.toUpperCase()}_BASE_URL`, baseUrl]);
  return readConfig({ ...Object.fromEntries(urls), ...env }, false);
}

describe('createSources', () => {
  test('makes the configured sources in their order', () => {
    const names = (env: Record<string, string>) =>
      createSources(configFor('http://host', env)).map(({ name }) => name);
    expect(names({})).toEqual([...SOURCE_NAMES]);
    expect(names({ SOURCES: 'okx,binance' })).toEqual(['okx', 'binance']);
  });

  test('gives each source its address, its symbols and the options', async () => {
    const { baseUrl, dispatcher, asked } = await serve({ body: replyOf('okx', '1.5', 5_000) });
    const config = configFor(baseUrl, { SOURCES: 'okx', TICKERS: 'BTC' });
    const [okx] = createSources(config, { dispatcher, now: () => 6_000 });
    expect(await okx?.fetch(['BTC', 'ETH'])).toEqual({
      quotes: [{ source: 'okx', ticker: 'BTC', price: 1.5, sourceTimeMs: 5_000, receivedAtMs: 6_000 }],
      failures: [],
    });
    expect(asked).toEqual(['/api/v5/market/ticker?instId=BTC-USDT']);
  });

  test('leaves out a source that lists none of the tickers', () => {
    const config = configFor('http://host', { SOURCES: 'okx,kraken' });
    const onlyKraken = { ...config, symbols: { BTC: { kraken: 'XBTUSD' } } };
    expect(createSources(onlyKraken).map(({ name }) => name)).toEqual(['kraken']);
  });
});

describe('anySourceAnswers', () => {
  const quote = { source: 'okx', ticker: 'BTC', price: 1, sourceTimeMs: null, receivedAtMs: 0 } as const;
  const answers: Source = { name: 'okx', fetch: async () => ({ quotes: [quote], failures: [] }) };
  const fails: Source = { name: 'kraken', fetch: async () => ({ quotes: [], failures: [] }) };
  const never: Source = {
    name: 'bybit',
    fetch: (_tickers, signal) =>
      new Promise((resolve) =>
        signal?.addEventListener('abort', () => resolve({ quotes: [], failures: [] })),
      ),
  };

  test.each([
    ['one of them answers', [fails, never, answers], true],
    ['none has a quote', [fails, fails], false],
    ['none is over in time', [never], false],
    ['there is none', [], false],
  ])('%s', async (_name, sources, expected) => {
    expect(await anySourceAnswers(sources, ['BTC'], 50)).toBe(expected);
  });

  test('stops the sources that are still being asked', async () => {
    const aborted = new Promise((resolve) => {
      const asked: Source = {
        name: 'bybit',
        fetch: (tickers, signal) => {
          signal?.addEventListener('abort', resolve);
          return never.fetch(tickers, signal);
        },
      };
      void anySourceAnswers([asked, answers], ['BTC'], 60_000);
    });
    await aborted;
  });

  test('asks real sources', async () => {
    const { baseUrl, dispatcher } = await serve({ body: replyOf('okx', '1.5', Date.now()) });
    expect(await anySourceAnswers(createSources(configFor(baseUrl), { dispatcher }), ['BTC'], 1_000)).toBe(
      true,
    );
  });
});

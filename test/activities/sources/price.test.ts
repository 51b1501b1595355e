import { readIsoTime, readQuote, readUnixTime } from '../../../src/activities/sources/price';
import { quoteWords } from '../../../src/activities/sources/source';
import type { SourceName } from '../../../src/domain/quote';
import { CREATE, replyOf, SOURCE_NAMES, symbolsOf } from './adapters';
import { serve } from './loopback';

const NOW_MS = Date.parse('2026-08-24T12:00:00Z');
const MINUTE_MS = 60_000;

async function ask(source: SourceName, body: string) {
  const { baseUrl, dispatcher } = await serve({ body });
  return CREATE[source]({ baseUrl, dispatcher, symbols: symbolsOf(source), now: () => NOW_MS }).fetch([
    'BTC',
  ]);
}

describe('a price', () => {
  const read = (price: unknown, form: 'string' | 'number' = 'string') =>
    readQuote({ source: 'okx', ticker: 'BTC', price, form, timeMs: null, timeIs: 'price', nowMs: NOW_MS });

  test.each([
    ['85876.69000000', 85876.69],
    ['0.072637900', 0.0726379],
    ['85890', 85890],
    ['0.00000001', 1e-8],
  ])('%s is read', (price, value) => {
    expect(read(price).quotes).toMatchObject([{ price: value }]);
  });

  test.each([85843, 0.999113, 1.2e-7])('the number %s is read', (price) => {
    expect(read(price, 'number').quotes).toMatchObject([{ price }]);
  });

  test.each([
    ['NaN', 'OKX sent a price of BTC that is not a decimal number: "NaN"'],
    ['Infinity', 'OKX sent a price of BTC that is not a decimal number: "Infinity"'],
    ['', 'OKX sent a price of BTC that is not a decimal number: ""'],
    ['0', 'OKX sent a price of BTC that is not above zero: "0"'],
    ['0.00000000', 'OKX sent a price of BTC that is not above zero: "0.00000000"'],
    ['-1', 'OKX sent a price of BTC that is not a decimal number: "-1"'],
    ['0x10', 'OKX sent a price of BTC that is not a decimal number: "0x10"'],
    ['1e5', 'OKX sent a price of BTC that is not a decimal number: "1e5"'],
    [' 1', 'OKX sent a price of BTC that is not a decimal number: "1"'],
    ['1\n', 'OKX sent a price of BTC that is not a decimal number: "1"'],
    ['1,000.5', 'OKX sent a price of BTC that is not a decimal number: "1,000.5"'],
    ['.5', 'OKX sent a price of BTC that is not a decimal number: ".5"'],
    ['１２', 'OKX sent a price of BTC that is not a decimal number: "１２"'],
    ['9'.repeat(400), expect.stringMatching(/not a decimal number: "9{40}"$/)],
    [
      'see https://example.com/?key=1',
      'OKX sent a price of BTC that is not a decimal number: "see [address]"',
    ],
    [undefined, 'OKX sent a price of BTC that is missing'],
    [null, 'OKX sent a price of BTC that is missing'],
    [1, 'OKX sent a price of BTC that is of the type number instead of string'],
    [['1'], 'OKX sent a price of BTC that is of the type object instead of string'],
  ])('%p is refused', (price, message) => {
    expect(read(price)).toEqual({ quotes: [], failures: [{ kind: 'malformed', ticker: 'BTC', message }] });
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, '1', true])(
    'as a number, %p is refused',
    (price) => {
      expect(read(price, 'number').failures).toMatchObject([{ kind: 'malformed', ticker: 'BTC' }]);
    },
  );

  test.each(
    SOURCE_NAMES.flatMap((source) =>
      ['NaN', '0', 0, -1, '', null, undefined, {}].map((price) => [source, price]),
    ),
  )('of %s that is %p loses no more than its ticker', async (source, price) => {
    const { quotes, failures } = await ask(
      source as SourceName,
      replyOf(source as SourceName, price, NOW_MS),
    );
    expect(quotes).toEqual([]);
    expect(failures).toMatchObject([{ ticker: 'BTC' }]);
    const isLeftOut = source === 'coingecko' && price === undefined;
    expect(failures[0]?.kind).toBe(isLeftOut ? 'empty' : 'malformed');
  });

  test('of Infinity, as JSON can hold it, is refused', async () => {
    const { failures } = await ask('coingecko', '{"bitcoin":{"usd":1e999}}');
    expect(failures).toMatchObject([{ kind: 'malformed', ticker: 'BTC' }]);
  });
});

describe("a price's time", () => {
  const DATED: SourceName[] = ['coingecko', 'coinbase', 'okx', 'bybit'];
  const at = async (source: SourceName, timeMs: number) =>
    ask(source, replyOf(source, source === 'coingecko' ? 1 : '1', timeMs));

  describe.each(DATED)('of %s', (source) => {
    test.each([
      [-2 * 60 * MINUTE_MS, 'is dated 2 h ago'],
      [-6 * MINUTE_MS, 'is dated 6 min ago'],
      [-72 * 60 * MINUTE_MS, 'is dated 3 days ago'],
      [45_000, 'is dated 45 s in the future'],
    ])('%d ms from now is refused', async (offsetMs, words) => {
      const { quotes, failures } = await at(source, NOW_MS + offsetMs);
      expect(quotes).toEqual([]);
      expect(failures).toEqual([
        { kind: 'malformed', ticker: 'BTC', message: expect.stringContaining(words) },
      ]);
    });

    test.each([-5 * MINUTE_MS, 0, 30_000])('%d ms from now is taken', async (offsetMs) => {
      const { quotes } = await at(source, NOW_MS + offsetMs);
      // Bybit dates its reply, not its price.
      expect(quotes).toMatchObject([{ sourceTimeMs: source === 'bybit' ? null : NOW_MS + offsetMs }]);
    });
  });

  test('that is absent is fine', async () => {
    const { quotes } = await ask('coingecko', '{"bitcoin":{"usd":1}}');
    expect(quotes).toMatchObject([{ sourceTimeMs: null }]);
  });

  test.each([
    ['coinbase', '{"price":"1","time":"yesterday"}'],
    ['coinbase', '{"price":"1","time":"2026-13-45T00:00:00Z"}'],
    ['coingecko', '{"bitcoin":{"usd":1,"last_updated_at":"soon"}}'],
    ['okx', '{"code":"0","data":[{"instId":"BTC-USDT","last":"1","ts":""}]}'],
  ] as const)('of %s that cannot be read is refused: %s', async (source, body) => {
    const { failures } = await ask(source, body);
    expect(failures).toMatchObject([
      { kind: 'malformed', ticker: 'BTC', message: expect.stringContaining('cannot be read') },
    ]);
  });

  test.each([
    [readIsoTime('2017-10-03T04:00:31.887000Z'), 1507003231887],
    [readIsoTime(undefined), null],
    [readIsoTime(5), Number.NaN],
    [readUnixTime(1779092258, 1000), 1779092258000],
    [readUnixTime('1684893330510', 1), 1684893330510],
    [readUnixTime(null, 1), null],
    [readUnixTime(-1, 1), Number.NaN],
    [readUnixTime('1e3', 1), Number.NaN],
  ])('%p', (time, expected) => {
    expect(time).toBe(expected);
  });
});

it('cuts a source’s words between characters', () => {
  expect(quoteWords(`${'x'.repeat(119)}🔴 and more`)).toBe(`${'x'.repeat(119)}…`);
});

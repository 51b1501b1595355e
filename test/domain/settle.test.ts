import fc from 'fast-check';
import { toDecimal } from '../../src/domain/price';
import { SOURCE_NAMES, type SourceName, type SourceQuote } from '../../src/domain/quote';
import { median, settle, settleTick } from '../../src/domain/settle';

const rules = { minSources: 1, maxDeviation: 0.02 };

function quotesOf(...prices: number[]): SourceQuote[] {
  return prices.map((price, index) => ({
    source: SOURCE_NAMES[index] as SourceQuote['source'],
    ticker: 'BTC',
    price,
    sourceTimeMs: null,
    receivedAtMs: 1_000 + index,
  }));
}

describe('median', () => {
  it('is the middle one of an odd number and the mean of the middle two of an even number', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it('lies between the smallest and the largest, whatever the order', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 1e-6, max: 1e9, noNaN: true }), { minLength: 1 }), (values) => {
        const middle = median(values);
        expect(middle).toBeGreaterThanOrEqual(Math.min(...values));
        expect(middle).toBeLessThanOrEqual(Math.max(...values));
        expect(median([...values].reverse())).toBe(middle);
      }),
    );
  });
});

describe('settle', () => {
  it('takes the median of the sources, dated by the oldest accepted', () => {
    const { quotes, stale } = settle(quotesOf(100, 101, 100.5), new Map(), rules);
    expect(stale).toEqual([]);
    expect(quotes).toEqual([
      {
        ticker: 'BTC',
        price: 100.5,
        quotedAtMs: 1_000,
        sources: ['binance', 'coingecko', 'coinbase'],
        spread: 1 / 100.5,
        isJump: false,
      },
    ]);
  });

  it('drops a source farther from the median than allowed, and tells its deviation', () => {
    const { quotes, deviations } = settle(quotesOf(100, 120, 101), new Map(), rules);
    // The median of all three is 101: 120 is 19 % off.
    expect(quotes[0]).toMatchObject({ price: 100.5, sources: ['binance', 'coinbase'] });
    expect(deviations.coingecko).toBeCloseTo(120 / 100.5 - 1, 12);
  });

  it('is stale where two sources contradict each other, or all do', () => {
    expect(settle(quotesOf(100, 103), new Map(), rules).stale).toEqual([
      { ticker: 'BTC', reason: 'its 2 sources contradict each other' },
    ]);
    expect(settle(quotesOf(100, 100, 110, 110), new Map(), rules).quotes).toEqual([]);
  });

  it('takes the mean of two sources that agree', () => {
    expect(settle(quotesOf(100, 101), new Map(), rules).quotes[0]?.price).toBe(100.5);
  });

  it('takes a single source and marks a jump', () => {
    expect(settle(quotesOf(103), new Map([['BTC', 100]]), rules).quotes[0]).toMatchObject({
      price: 103,
      isJump: true,
    });
    expect(settle(quotesOf(101), new Map([['BTC', 100]]), rules).quotes[0]).toMatchObject({ isJump: false });
    expect(settle(quotesOf(101), new Map(), rules).quotes[0]).toMatchObject({ isJump: false });
  });

  it('marks no jump where a second source confirms it', () => {
    expect(settle(quotesOf(150, 150), new Map([['BTC', 100]]), rules).quotes[0]).toMatchObject({
      isJump: false,
    });
  });

  it('is stale with fewer accepted sources than needed', () => {
    expect(settle(quotesOf(100, 100, 120), new Map(), { ...rules, minSources: 3 }).stale).toEqual([
      { ticker: 'BTC', reason: '2 of 3 sources needed' },
    ]);
  });

  it('says of every source quote whether it was accepted, and if not, why', () => {
    const reasons = (prices: number[], minSources = 1) =>
      settle(quotesOf(...prices), new Map(), { ...rules, minSources }).verdicts.map(({ quote, reason }) => [
        quote.price,
        reason,
      ]);
    expect(reasons([100])).toEqual([[100, null]]);
    expect(reasons([100, 120, 101])).toEqual([
      [100, null],
      [120, 'deviates'],
      [101, null],
    ]);
    expect(reasons([100, 103])).toEqual([
      [100, 'contradicted'],
      [103, 'contradicted'],
    ]);
    expect(reasons([100, 120, 101], 3)).toEqual([
      [100, 'too_few_sources'],
      [120, 'deviates'],
      [101, 'too_few_sources'],
    ]);
  });

  it('settles each ticker by itself', () => {
    const [first] = quotesOf(100);
    const { quotes } = settle(
      [first as SourceQuote, { ...(first as SourceQuote), ticker: 'ETH', price: 5 }],
      new Map(),
      rules,
    );
    expect(quotes.map(({ ticker, price }) => [ticker, price])).toEqual([
      ['BTC', 100],
      ['ETH', 5],
    ]);
  });

  it('is not moved by one liar among three or more sources that agree', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 1e6, noNaN: true }),
        fc.array(fc.double({ min: -0.004, max: 0.004, noNaN: true }), { minLength: 2, maxLength: 5 }),
        fc.double({ min: 1e-6, max: 1e9, noNaN: true }),
        (price, errors, lie) => {
          const honest = errors.map((error) => price * (1 + error));
          const [quote] = settle(quotesOf(...honest, lie), new Map(), rules).quotes;
          expect(quote?.price ?? Number.NaN).toBeGreaterThanOrEqual(Math.min(...honest) * 0.98);
          expect(quote?.price ?? Number.NaN).toBeLessThanOrEqual(Math.max(...honest) * 1.02);
        },
      ),
    );
  });
});

describe('settleTick', () => {
  const said = (source: SourceName, price: number, receivedAtMs = 1_000): SourceQuote => ({
    ...{ source, ticker: 'BTC', price, sourceTimeMs: null, receivedAtMs },
  });

  it('leaves out what is too old, and says so', () => {
    const isTooOld = ({ receivedAtMs }: SourceQuote) => receivedAtMs < 500;
    const quotes = [said('kraken', 90, 100), said('okx', 100), said('binance', 101)];
    const settlement = settleTick(quotes, isTooOld, new Map(), rules);
    expect(settlement.quotes.map(({ price }) => price)).toEqual([100.5]);
    expect(settlement.verdicts.map(({ quote, reason }) => [quote.source, reason])).toEqual([
      ['okx', null],
      ['binance', null],
      ['kraken', 'too_old'],
    ]);
  });

  it('comes to the same on what is stored of it', () => {
    // Of one digit more than is stored, on either side of the limit.
    const quotes = [
      said('kraken', 0.1),
      said('okx', 0.10200000000000004),
      said('binance', 0.30000000000000004),
    ];
    for (const pair of [quotes.slice(0, 2), quotes]) {
      const first = settleTick(pair, () => false, new Map(), rules);
      const stored = first.verdicts.map(({ quote }) => ({ ...quote, price: Number(toDecimal(quote.price)) }));
      expect(settleTick(stored, () => false, new Map(), rules)).toEqual(first);
    }
  });
});

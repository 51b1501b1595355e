import { FROZEN_QUOTES, judgeHour, type QualityInput, type QualityQuote } from '../../src/domain/quality';
import type { SourceName } from '../../src/domain/quote';

const HOUR_MS = 3_600_000;
const TICK_MS = 10_000;
const SOURCES: SourceName[] = ['binance', 'kraken', 'okx'];

/** An hour in which every source says the same price at every tick; `change` alters or drops a quote. */
function hour(
  change: (quote: QualityQuote, tick: number) => QualityQuote | undefined = (quote) => quote,
): QualityInput {
  const quotes: QualityQuote[] = [];
  for (let tick = 0; tick < HOUR_MS / TICK_MS; tick += 1) {
    for (const source of SOURCES) {
      const tickAtMs = tick * TICK_MS;
      const price = 100 + tick / 100;
      const times = { tickAtMs, sourceTimeMs: tickAtMs, receivedAtMs: tickAtMs + 100 };
      const quote = change({ ticker: 'BTC', source, price, ...times, reason: null }, tick);
      if (quote !== undefined) quotes.push(quote);
    }
  }
  return {
    ...{ tickers: ['BTC'], sources: SOURCES, quotes, failures: [], fromMs: 0, toMs: HOUR_MS },
    ...{ tickMs: TICK_MS, slowMs: {}, maxDeviation: 0.02, minSources: 1 },
  };
}

const found = (input: QualityInput) =>
  judgeHour(input).violations.map(({ rule, ticker, source, severity, count }) => [
    rule,
    ticker,
    source,
    severity,
    count,
  ]);

describe('judgeHour', () => {
  it('finds nothing in an hour that is as it should be', () => {
    expect(judgeHour(hour())).toEqual({ violations: [], score: 1 });
  });

  it('schema: replies that could not be read, and not those that never came', () => {
    const times = { ticker: null, firstAtMs: 5, lastAtMs: 9, message: 'no price' };
    const failures = [
      { source: 'okx' as const, failure: 'malformed', count: 3, ...times },
      { source: 'okx' as const, failure: 'timed_out', count: 9, ...times },
    ];
    expect(found({ ...hour(), failures })).toEqual([['schema', null, 'okx', 'warning', 3]]);
  });

  it('positive_price', () => {
    const input = hour((quote, tick) =>
      tick === 5 && quote.source === 'okx' ? { ...quote, price: 0, reason: 'deviates' } : quote,
    );
    expect(found(input)).toEqual([['positive_price', 'BTC', 'okx', 'critical', 1]]);
  });

  it('source_time_old and source_time_future, by what the source itself says', () => {
    const late = (byMs: number) =>
      hour((quote, tick) =>
        tick < 2 && quote.source === 'kraken' ? { ...quote, sourceTimeMs: quote.receivedAtMs - byMs } : quote,
      );
    expect(found(late(600_000))).toEqual([]);
    expect(found(late(600_001))).toEqual([['source_time_old', 'BTC', 'kraken', 'warning', 2]]);
    expect(found(late(-5_000))).toEqual([]);
    expect(found(late(-5_001))).toEqual([['source_time_future', 'BTC', 'kraken', 'warning', 2]]);
  });

  it('spread: the sources lie farther apart than MAX_DEVIATION', () => {
    const input = hour((quote, tick) =>
      tick < 4 && quote.source === 'okx' ? { ...quote, price: 103, reason: 'deviates' } : quote,
    );
    expect(found(input)).toEqual([['spread', 'BTC', null, 'warning', 4]]);
  });

  it('jump_without_witness: one source alone moved; with a second one it is a move', () => {
    const jump = (sources: SourceName[]) =>
      hour((quote, tick) => {
        if (tick !== 9) return quote;
        return sources.includes(quote.source) ? { ...quote, price: 110 } : undefined;
      });
    expect(found(jump(['okx']))).toContainEqual(['jump_without_witness', 'BTC', 'okx', 'critical', 1]);
    expect(found(jump(['okx', 'kraken']))).toEqual([]);
  });

  it('frozen_source: the same price and time while the others move, for N quotes', () => {
    const freeze = (ticks: number) =>
      hour((quote, tick) =>
        quote.source === 'okx' && tick < ticks ? { ...quote, price: 100, sourceTimeMs: 0 } : quote,
      );
    expect(found(freeze(FROZEN_QUOTES - 1))).toEqual([]);
    expect(found(freeze(FROZEN_QUOTES))).toEqual([['frozen_source', 'BTC', 'okx', 'warning', FROZEN_QUOTES]]);
  });

  it('a quiet market is no frozen source: nobody moved', () => {
    expect(found(hour((quote) => ({ ...quote, price: 100, sourceTimeMs: 0 })))).not.toContainEqual(
      expect.arrayContaining(['frozen_source']),
    );
  });

  it('a source that trades at one price again and again is not frozen: its time moves on', () => {
    const input = hour((quote) => (quote.source === 'okx' ? { ...quote, price: 101.8 } : quote));
    expect(found(input)).toEqual([]);
  });

  it('silent_source: it said nothing for five minutes while others did', () => {
    const silent = (ticks: number) =>
      hour((quote, tick) =>
        quote.source === 'kraken' && tick >= 60 && tick < 60 + ticks ? undefined : quote,
      );
    expect(found(silent(29))).toEqual([]);
    expect(found(silent(30))).toEqual([['silent_source', null, 'kraken', 'warning', 30]]);
  });

  it('nobody is silent where we were not there', () => {
    const input = hour((quote, tick) => (tick >= 60 && tick < 120 ? undefined : quote));
    expect(found(input)).toEqual([['missing_ticks', 'BTC', null, 'warning', 60]]);
  });

  it('a slow source has three of its own intervals', () => {
    const input = hour((quote, tick) => (quote.source === 'okx' && tick % 60 !== 0 ? undefined : quote));
    expect(found(input)).toEqual([['silent_source', null, 'okx', 'warning', 354]]);
    expect(found({ ...input, slowMs: { okx: 600_000 } })).toEqual([]);
  });

  it('missing_ticks: a warning below 95 % of the due ticks, critical below half; nothing was due before the first', () => {
    const first = (ticks: number) => hour((quote, tick) => (tick < ticks ? quote : undefined));
    expect(found(first(342))).toEqual([]);
    expect(found(first(341))).toEqual([['missing_ticks', 'BTC', null, 'warning', 19]]);
    expect(found(first(179))).toEqual([['missing_ticks', 'BTC', null, 'critical', 181]]);
    expect(judgeHour(first(179)).score).toBeCloseTo(179 / 360);
    expect(found({ ...first(179), toMs: 1_790_000 })).toEqual([]);
  });

  it('too_few_sources: the ticker was stale', () => {
    const input = hour((quote, tick) => {
      if (tick >= 3) return quote;
      return quote.source === 'okx' ? { ...quote, reason: 'too_few_sources' } : undefined;
    });
    expect(found(input)).toEqual([['too_few_sources', 'BTC', null, 'warning', 3]]);
    expect(judgeHour(input).score).toBeCloseTo(357 / 360);
  });

  it('an hour without any quote is critical, and scores nothing', () => {
    const { violations, score } = judgeHour(hour(() => undefined));
    expect(violations.map(({ rule, severity }) => [rule, severity])).toEqual([['missing_ticks', 'critical']]);
    expect(score).toBe(0);
  });
});

import { agreeOnCandles, type SourceCandle } from '../../src/domain/candle';
import type { SourceName } from '../../src/domain/quote';

const RULES = { minSources: 1, maxDeviation: 0.02 };
const of = (source: SourceName, close: number, extra: Partial<SourceCandle> = {}): SourceCandle => ({
  ...{ source, minuteMs: 60_000, open: close, high: close + 1, low: close - 1, close },
  ...extra,
});

describe('agreeOnCandles', () => {
  it('takes the median of each price, so that one spike is nobody’s extreme', () => {
    const said = [of('binance', 100), of('coinbase', 101, { high: 150 }), of('kraken', 102)];
    expect(agreeOnCandles(said, RULES)).toEqual([
      {
        ...{ minuteMs: 60_000, open: 101, high: 103, low: 100, close: 101 },
        sources: ['binance', 'coinbase', 'kraken'],
      },
    ]);
  });

  it('drops an outlier among three, and settles nothing between two that contradict each other', () => {
    const [agreed] = agreeOnCandles([of('binance', 100), of('coinbase', 100), of('kraken', 120)], RULES);
    expect(agreed).toMatchObject({ close: 100, sources: ['binance', 'coinbase'] });
    expect(agreeOnCandles([of('binance', 100), of('kraken', 120)], RULES)).toEqual([]);
  });

  it('takes of two no extreme that only one of them has seen, and neither where their opens contradict each other', () => {
    const [agreed] = agreeOnCandles(
      [of('binance', 100), of('coinbase', 100.5, { high: 1e15, low: 1e-12 })],
      RULES,
    );
    expect(agreed).toMatchObject({ open: 100.25, high: 101, low: 99, close: 100.25 });
    const apart = [of('binance', 100, { high: 100 }), of('coinbase', 101, { low: 101 })];
    expect(agreeOnCandles(apart, RULES)).toMatchObject([
      { open: 100.5, high: 100.5, low: 100.5, close: 100.5 },
    ]);
    expect(
      agreeOnCandles([of('binance', 100), of('coinbase', 100, { open: 1e15, high: 1e15 })], RULES),
    ).toEqual([]);
  });

  it('asks for enough sources, and keeps the order of time', () => {
    const later = of('binance', 100, { minuteMs: 120_000 });
    expect(agreeOnCandles([later, of('binance', 100)], { ...RULES, minSources: 2 })).toEqual([]);
    const minutes = agreeOnCandles([later, of('kraken', 100)], RULES).map(({ minuteMs }) => minuteMs);
    expect(minutes).toEqual([60_000, 120_000]);
  });
});

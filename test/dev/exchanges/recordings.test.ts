import { parseRecording, readFortnight, readRecording } from '../../../src/dev/exchanges/recordings';

describe('the shipped recordings', () => {
  test.each([
    ['BTC', 2, 46000, 56900],
    ['ETH', 2, 3500, 4372.72],
    ['DOGE', 5, 0.3516, 0.4985],
    ['SOL', 3, 40, 49.243],
    ['BNB', 2, 541.83, 670],
  ])('%s is a whole day', (ticker, decimals, lowest, highest) => {
    const recording = readRecording(ticker);
    expect(recording?.candles).toHaveLength(1440);
    expect(recording?.decimals).toBe(decimals);
    expect(Math.min(...(recording?.candles ?? []).map(({ low }) => low))).toBe(lowest);
    expect(Math.max(...(recording?.candles ?? []).map(({ high }) => high))).toBe(highest);
    for (const { open, high, low, close } of recording?.candles ?? []) {
      expect(Math.max(open, close)).toBeLessThanOrEqual(high);
      expect(Math.min(open, close)).toBeGreaterThanOrEqual(low);
    }
  });

  test.each([
    ['BTC', 46000, 59500],
    ['ETH', 2743.41, 4372.72],
    ['DOGE', 0.32756, 0.73995],
    ['SOL', 37.43, 49.99],
    ['BNB', 526.6, 691.77],
  ])('of %s there is nearly a fortnight, of which the day is a part', (ticker, lowest, highest) => {
    const candles = readFortnight(ticker)?.candles ?? [];
    expect(candles).toHaveLength(19_920);
    expect(candles.reduce((least, { low }) => Math.min(least, low), Infinity)).toBe(lowest);
    expect(candles.reduce((most, { high }) => Math.max(most, high), 0)).toBe(highest);
    expect(candles.slice(16_560, 18_000)).toEqual(readRecording(ticker)?.candles);
  });

  test('there is none of other tickers', () => {
    expect(readRecording('XRP')).toBeNull();
    expect(readFortnight('XRP')).toBeNull();
  });

  test.each(['', 'open_time,open,high,low,close\n', 'time,price\n1,2\n'])('%j is refused', (csv) => {
    expect(() => parseRecording(csv)).toThrow('A recording begins with the line');
  });
});

import { parseRecording, readFortnight, readRecording } from '../../../src/dev/exchanges/recordings';

describe('the shipped recordings', () => {
  test.each([
    ['BTC', 2, 46000, 59500],
    ['ETH', 2, 3200.23, 4372.72],
    ['DOGE', 5, 0.3516, 0.73995],
    ['SOL', 3, 37.43, 49.243],
    ['BNB', 2, 526.6, 691.77],
  ])('of %s there are nearly ten days', (ticker, decimals, lowest, highest) => {
    const recording = readRecording(ticker);
    expect(recording?.candles).toHaveLength(14_160);
    expect(recording?.decimals).toBe(decimals);
    expect(Math.min(...(recording?.candles ?? []).map(({ low }) => low))).toBe(lowest);
    expect(Math.max(...(recording?.candles ?? []).map(({ high }) => high))).toBe(highest);
    const within = (recording?.candles ?? []).filter(
      ({ open, high, low, close }) => Math.max(open, close) <= high && Math.min(open, close) >= low,
    );
    expect(within).toHaveLength(14_160);
  });

  test.each([
    ['BTC', 46000, 59500],
    ['ETH', 2743.41, 4372.72],
    ['DOGE', 0.32756, 0.73995],
    ['SOL', 37.43, 49.99],
    ['BNB', 526.6, 691.77],
  ])('of %s there is nearly a fortnight, of which they are the end', (ticker, lowest, highest) => {
    const candles = readFortnight(ticker)?.candles ?? [];
    expect(candles).toHaveLength(19_920);
    expect(candles.reduce((least, { low }) => Math.min(least, low), Infinity)).toBe(lowest);
    expect(candles.reduce((most, { high }) => Math.max(most, high), 0)).toBe(highest);
    expect(candles.slice(5_760)).toEqual(readRecording(ticker)?.candles);
  });

  test('there is none of other tickers', () => {
    expect(readRecording('XRP')).toBeNull();
    expect(readFortnight('XRP')).toBeNull();
  });

  test.each(['', 'open_time,open,high,low,close\n', 'time,price\n1,2\n'])('%j is refused', (csv) => {
    expect(() => parseRecording(csv)).toThrow('A recording begins with the line');
  });
});

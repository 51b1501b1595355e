import fc from 'fast-check';
import { evaluate, MAX_CHECK_DELAY_MS, MIN_CHECK_DELAY_MS, nextCheckDelay } from '../../src/domain/alert';

describe('evaluate', () => {
  it.each([
    ['gt', 100, 100.01, true],
    ['gt', 100, 100, false],
    ['gt', 100, 99, false],
    ['lt', 100, 99.99, true],
    ['lt', 100, 100, false],
    ['lt', 100, 101, false],
  ] as const)('%s %d at %d is %s', (condition, targetPrice, price, expected) => {
    expect(evaluate({ condition, targetPrice }, price)).toBe(expected);
  });
});

describe('nextCheckDelay', () => {
  it('is the first-passage time for a 1 % chance', () => {
    // d = 5 %, σ = 0.1 % a minute: (0.05 / (0.001 · 2.5758))² = 376.8 minutes, bounded by 6 h.
    expect(nextCheckDelay(0.05, 0.001)).toBe(MAX_CHECK_DELAY_MS);
    expect(nextCheckDelay(0.02, 0.001) / 60_000).toBeCloseTo((0.02 / (0.001 * 2.5758)) ** 2, 3);
  });

  it('stays within its bounds and grows with the distance, whatever the volatility', () => {
    const volatility = fc.option(fc.double({ min: 0, max: 1, noNaN: true }));
    const distance = fc.double({ min: 0, max: 10, noNaN: true });
    fc.assert(
      fc.property(distance, distance, volatility, (a, b, sigma) => {
        const [near, far] = [Math.min(a, b), Math.max(a, b)].map((d) => nextCheckDelay(d, sigma)) as [
          number,
          number,
        ];
        expect(near).toBeGreaterThanOrEqual(MIN_CHECK_DELAY_MS);
        expect(far).toBeLessThanOrEqual(MAX_CHECK_DELAY_MS);
        expect(near).toBeLessThanOrEqual(far);
      }),
    );
  });
});

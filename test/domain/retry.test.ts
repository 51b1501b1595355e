import { classify, retryDelay } from '../../src/domain/retry';

const intervals = { initialMs: 10_000, maximumMs: 600_000 };

describe('retryDelay', () => {
  it('doubles from the initial interval up to the maximum', () => {
    const delays = [1, 2, 3, 4, 7, 8, 60].map((attempt) => retryDelay(attempt, null, intervals));
    expect(delays).toEqual([10_000, 20_000, 40_000, 80_000, 600_000, 600_000, 600_000]);
  });

  it('takes Retry-After instead of the step, up to the maximum', () => {
    expect(retryDelay(3, 5_000, intervals)).toBe(5_000);
    expect(retryDelay(1, 120_000, intervals)).toBe(120_000);
    expect(retryDelay(1, 86_400_000, intervals)).toBe(600_000);
  });

  it('does not let a Retry-After of nothing use up all attempts at once', () => {
    expect(retryDelay(1, 0, intervals)).toBe(1_000);
    expect(retryDelay(1, 0, { initialMs: 100, maximumMs: 1_000 })).toBe(100);
  });
});

describe('classify', () => {
  it.each([
    [200, null, 'delivered'],
    [204, null, 'delivered'],
    [410, 'http', 'final'],
    [404, 'http', 'retry'],
    [301, 'redirect', 'retry'],
    [503, 'http', 'retry'],
    [null, 'timeout', 'retry'],
    [null, 'blocked', 'retry'],
  ] as const)('%s with %s is %s', (statusCode, errorClass, expected) => {
    expect(classify({ statusCode, errorClass })).toBe(expected);
  });
});

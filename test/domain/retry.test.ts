import fc from 'fast-check';
import type { ErrorClass } from '../../src/domain/delivery';
import {
  afterAttempt,
  attemptLimit,
  classify,
  fallbackIntervals,
  type RetrySettings,
  retryDelay,
  retryPolicy,
} from '../../src/domain/retry';

const DAY_MS = 86_400_000;
const SETTINGS: RetrySettings = {
  maxAttempts: 8,
  retryInitialMs: 10_000,
  retryMaxMs: 600_000,
  retrySchedule: undefined,
  retryJitter: 0.1,
  maxAgeMs: DAY_MS,
};
const policyOf = (changes: Partial<RetrySettings> = {}) => retryPolicy({ ...SETTINGS, ...changes });
const SCHEDULE = policyOf({ retrySchedule: [5_000, 300_000, 60_000] });

describe('retryPolicy', () => {
  it('doubles the initial pause up to the maximum, one pause fewer than attempts', () => {
    const { pausesMs, maximumMs } = policyOf();
    expect(pausesMs).toEqual([10_000, 20_000, 40_000, 80_000, 160_000, 320_000, 600_000]);
    expect(maximumMs).toBe(600_000);
    expect(attemptLimit(policyOf())).toBe(8);
    expect(policyOf({ maxAttempts: 1 }).pausesMs).toEqual([]);
    expect(policyOf({ maxAttempts: 100 }).pausesMs.at(-1)).toBe(600_000);
    expect(policyOf({ maxAttempts: 2, retryMaxMs: 3_000 }).pausesMs).toEqual([3_000]);
  });

  it('takes a schedule instead of all three', () => {
    expect(SCHEDULE).toMatchObject({ pausesMs: [5_000, 300_000, 60_000], maximumMs: 300_000 });
    expect(attemptLimit(SCHEDULE)).toBe(4);
  });
});

describe('fallbackIntervals', () => {
  it('is what the settings say, or the first and the longest step of a schedule', () => {
    expect(fallbackIntervals(SETTINGS)).toEqual({ initialMs: 10_000, maximumMs: 600_000 });
    const scheduled = { ...SETTINGS, retrySchedule: [5_000, 300_000, 60_000] };
    expect(fallbackIntervals(scheduled)).toEqual({ initialMs: 5_000, maximumMs: 300_000 });
  });
});

describe('retryDelay', () => {
  it('takes Retry-After instead of the step, up to the maximum', () => {
    expect(retryDelay(3, 5_000, policyOf(), 0)).toBe(5_000);
    expect(retryDelay(1, 120_000, policyOf(), 0)).toBe(120_000);
    expect(retryDelay(1, DAY_MS, policyOf(), 0)).toBe(600_000);
    expect(retryDelay(1, DAY_MS, SCHEDULE, 0)).toBe(300_000);
  });

  it('does not let a Retry-After of nothing use up all attempts at once', () => {
    expect(retryDelay(1, 0, policyOf(), 0)).toBe(1_000);
    expect(retryDelay(1, 0, policyOf({ retryInitialMs: 100 }), 0)).toBe(100);
  });

  it('adds jitter on top of a step and of Retry-After', () => {
    expect(retryDelay(2, null, policyOf(), 1)).toBeCloseTo(22_000);
    expect(retryDelay(2, 5_000, policyOf(), 0.5)).toBeCloseTo(5_250);
    expect(retryDelay(2, null, policyOf({ retryJitter: 0 }), 1)).toBe(20_000);
  });

  it('never shortens a pause, and never lengthens it beyond the maximum and its jitter', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 99 }),
        fc.option(fc.nat(DAY_MS)),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 0.5, noNaN: true }),
        fc.option(fc.array(fc.integer({ min: 100, max: 604_800_000 }), { minLength: 1, maxLength: 99 })),
        (attempt, retryAfterMs, chance, retryJitter, schedule) => {
          const policy = policyOf({ maxAttempts: 100, retryJitter, retrySchedule: schedule ?? undefined });
          const delay = retryDelay(attempt, retryAfterMs, policy, chance);
          const asked = retryAfterMs ?? policy.pausesMs[attempt - 1] ?? policy.maximumMs;
          expect(delay).toBeGreaterThanOrEqual(Math.min(asked, policy.maximumMs));
          expect(delay).toBeLessThanOrEqual(policy.maximumMs * (1 + retryJitter));
        },
      ),
    );
  });
});

describe('afterAttempt', () => {
  const since = new Date('2026-01-02T00:00:00Z');
  const at = (afterMs: number) => new Date(since.getTime() + afterMs);
  const answered = (statusCode: number, retryAfterMs: number | null = null) => ({
    statusCode,
    errorClass: statusCode < 300 ? null : ('http' as ErrorClass),
    retryAfterMs,
  });
  const inRound = (attempt: number, limit = 8) => ({ attempt, limit, startedMs: since.getTime() });
  const after503 = (attempt: number, endedAfterMs: number, limit = 8) =>
    afterAttempt(answered(503), at(endedAfterMs), inRound(attempt, limit), policyOf(), 0);

  it('is delivered by a 2xx, however late', () => {
    expect(afterAttempt(answered(204), at(30 * DAY_MS), inRound(1), policyOf(), 0)).toEqual({
      status: 'delivered',
    });
  });

  it('ends with a 410 at once, and with the last attempt', () => {
    expect(afterAttempt(answered(410), at(0), inRound(1), policyOf(), 0)).toEqual({
      status: 'failed',
      why: null,
    });
    expect(after503(7, 0)).toMatchObject({ status: 'pending' });
    expect(after503(8, 0)).toEqual({ status: 'failed', why: null });
    expect(after503(1, 0, 1)).toEqual({ status: 'failed', why: null });
  });

  it('begins the next attempt after the pause', () => {
    expect(after503(2, 1_000)).toEqual({ status: 'pending', nextAttemptAt: at(21_000) });
  });

  it('gives up where the next attempt would begin too late, and says so', () => {
    expect(after503(1, DAY_MS - 10_000)).toEqual({ status: 'pending', nextAttemptAt: at(DAY_MS) });
    expect(after503(1, DAY_MS - 9_999)).toEqual({
      status: 'failed',
      why: 'No further attempt is made: the next would begin more than 1d after the delivery did.',
    });
    const busy = answered(429, 120_000);
    expect(afterAttempt(busy, at(DAY_MS - 119_000), inRound(1), policyOf(), 0)).toMatchObject({
      status: 'failed',
    });
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

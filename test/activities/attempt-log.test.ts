import { judged, unknownAttempt, verdictOf } from '../../src/activities/attempt-log';
import { readConfig } from '../../src/config';
import { retryPolicy } from '../../src/domain/retry';

const policy = retryPolicy(readConfig({}, false).webhook);
const started = new Date('2026-01-02T00:00:00.000Z');
const failed = {
  ...unknownAttempt({ number: 1, startedAt: started.toISOString(), endedAt: '2026-01-02T00:00:01.000Z' }),
  outcome: 'failed' as const,
  statusCode: 503,
  errorClass: 'http' as const,
  error: 'The server answered 503.',
};
const inRound = (attempt: number, startedMs: number) => ({
  ...failed,
  round: { attempt, limit: 4, startedMs },
});
const kept = <T>(log: T): T => JSON.parse(JSON.stringify(log));

describe('an attempt that a later run finds in a heartbeat', () => {
  it('is followed by what was decided when it was made, jitter included', () => {
    const log = judged(inRound(1, started.getTime()), policy);
    const after = verdictOf(kept(log), policy);
    expect(after).toEqual({ status: 'pending', nextAttemptAt: new Date(log.nextAttemptAt as string) });
    expect(verdictOf(kept(log), { ...policy, pausesMs: [] })).toEqual(after);
  });

  it('stays given up, and says why', () => {
    const log = judged(inRound(1, Date.UTC(2025, 11, 31)), policy);
    expect(log.error).toMatch(/^The server answered 503\. No further attempt is made: .* more than 1d after/);
    expect(verdictOf(kept(log), policy)).toMatchObject({ status: 'failed' });
    const last = judged(inRound(4, started.getTime()), policy);
    expect(last.error).toBe(failed.error);
    expect(verdictOf(kept(last), policy)).toMatchObject({ status: 'failed' });
  });

  it('is judged anew where an older worker made it', () => {
    expect(verdictOf(kept(failed), policy)).toEqual({
      status: 'pending',
      nextAttemptAt: new Date('2026-01-02T00:00:11.000Z'),
    });
    expect(verdictOf({ ...failed, number: 4 }, policy)).toMatchObject({ status: 'failed' });
    expect(verdictOf({ ...failed, outcome: 'delivered', errorClass: null }, policy)).toEqual({
      status: 'delivered',
    });
  });
});

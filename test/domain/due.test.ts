import { isDue } from '../../src/domain/due';

const now = 1_000_000_000;
const ago = (seconds: number) => new Date(now - seconds * 1_000);
const idle = { restingUntil: null, lastAttemptAt: null, othersSucceededAt: null };

describe('isDue', () => {
  it.each([
    ['an ordinary source at every tick', { ...idle, lastAttemptAt: ago(10) }, undefined, true],
    ['not while it rests', { ...idle, restingUntil: ago(-1) }, undefined, false],
    ['again after its rest', { ...idle, restingUntil: ago(1) }, undefined, true],
    ['a slow source that was never asked', { ...idle, othersSucceededAt: ago(1) }, 300_000, true],
    [
      'not a slow source before its time',
      { ...idle, lastAttemptAt: ago(290), othersSucceededAt: ago(10) },
      300_000,
      false,
    ],
    [
      'a slow source when its time has come',
      { ...idle, lastAttemptAt: ago(296), othersSucceededAt: ago(10) },
      300_000,
      true,
    ],
    [
      'a slow source when all others are silent',
      { ...idle, lastAttemptAt: ago(10), othersSucceededAt: ago(30) },
      300_000,
      true,
    ],
    ['a slow source when there are no others', { ...idle, lastAttemptAt: ago(10) }, 300_000, true],
    [
      'no silence of others wakes a resting one',
      { ...idle, restingUntil: ago(-9), lastAttemptAt: ago(10) },
      300_000,
      false,
    ],
  ] as const)('%s', (_name, turn, slowIntervalMs, expected) => {
    expect(isDue(turn, now, slowIntervalMs, 10_000)).toBe(expected);
  });
});

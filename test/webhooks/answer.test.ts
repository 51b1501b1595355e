import { readRetryAfter } from '../../src/webhooks/answer';

describe('readRetryAfter', () => {
  const now = new Date('2026-01-02T03:04:05Z');

  it.each([
    ['0', 0],
    ['120', 120_000],
    [' 7 ', 7_000],
    ['9'.repeat(400), Number.MAX_SAFE_INTEGER],
    ['Fri, 02 Jan 2026 03:05:05 GMT', 60_000],
    ['Friday, 02-Jan-26 03:05:05 GMT', 60_000],
    ['Fri Jan  2 03:05:05 2026', 60_000],
    ['Fri, 02 Jan 2026 03:04:05 GMT', 0],
  ])('reads %j', (value, expected) => {
    expect(readRetryAfter(value, now)).toBe(expected);
  });

  it.each([
    undefined,
    '',
    '-1',
    '1.5',
    '1e3',
    'soon',
    'Fri, 02 Jan 2026 03:04:04 GMT',
    'Fri, 99 Foo 2026',
    '2026-01-03',
  ])('does not take %j', (value) => {
    expect(readRetryAfter(value, now)).toBeNull();
  });
});

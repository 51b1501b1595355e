import { readBanEnd, readRetryAfter } from '../../../src/activities/sources/retry-after';

const NOW_MS = Date.parse('2026-08-24T00:00:00Z');

describe('Retry-After', () => {
  test.each([
    ['0', 0],
    ['119', 119_000],
    [' 30 ', 30_000],
    ['Mon, 24 Aug 2026 00:02:00 GMT', 120_000],
    ['Sun, 23 Aug 2026 23:00:00 GMT', 0],
    ['soon', undefined],
    ['-5', undefined],
    ['1.5', undefined],
    ['', undefined],
    ['2026', 2_026_000],
    [undefined, undefined],
  ])('%p', (header, expected) => {
    expect(readRetryAfter(header, NOW_MS)).toBe(expected);
  });
});

describe("the end of Binance's ban", () => {
  test.each([
    [
      'Way too much request weight used; IP banned until 1787546698129. Please use WebSocket',
      1787546698129 - NOW_MS,
    ],
    ['Way too many requests; IP banned until 1516180405741.', undefined],
    ['Too much request weight used', undefined],
  ])('%s', (message, expected) => {
    expect(readBanEnd(message, NOW_MS)).toBe(expected);
  });
});

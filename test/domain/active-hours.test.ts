import { createRandom } from '../../bench/random';
import { type ActiveHours, isTimeZone, isWithin, nextWithin, WEEKDAYS } from '../../src/domain/active-hours';
import { isActive } from '../support/naive-alerts';
import { Choices, randomHours } from '../support/random-rules';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const SEED = Number(process.env.SEED ?? 20_210_328);

const berlin = (
  from: string,
  to: string,
  days: readonly (typeof WEEKDAYS)[number][] = WEEKDAYS,
): ActiveHours => {
  const minute = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
  return { fromMinute: minute(from), toMinute: minute(to), days, timeZone: 'Europe/Berlin' };
};
const ms = (time: string) => Date.parse(time);
const iso = (timeMs: number) => new Date(timeMs).toISOString();

describe('isWithin(hours, time)', () => {
  test.each([
    ['09:00', '17:00', '2021-05-12T06:59:59Z', false],
    ['09:00', '17:00', '2021-05-12T07:00:00Z', true],
    ['09:00', '17:00', '2021-05-12T14:59:59Z', true],
    ['09:00', '17:00', '2021-05-12T15:00:00Z', false],
    // Over midnight, and all day.
    ['22:00', '06:00', '2021-05-12T21:00:00Z', true],
    ['22:00', '06:00', '2021-05-12T03:59:59Z', true],
    ['22:00', '06:00', '2021-05-12T04:00:00Z', false],
    ['08:00', '08:00', '2021-05-12T05:00:00Z', true],
  ])('from %s to %s at %s: %s', (from, to, at, expected) => {
    expect(isWithin(berlin(from, to), ms(at))).toBe(expected);
  });

  it('counts the day on which hours begin', () => {
    const nights = berlin('22:00', '06:00', ['fri']);
    expect(isWithin(nights, ms('2021-05-14T21:00Z'))).toBe(true);
    // Saturday morning belongs to Friday, Friday morning to Thursday.
    expect(isWithin(nights, ms('2021-05-15T02:00Z'))).toBe(true);
    expect(isWithin(nights, ms('2021-05-14T02:00Z'))).toBe(false);
    expect(isWithin(nights, ms('2021-05-15T21:00Z'))).toBe(false);
  });

  it('says what a clock on the wall says, through every change of clocks', () => {
    const choices = new Choices(createRandom(SEED));
    for (let n = 0; n < 40; n += 1) {
      const hours = randomHours(choices);
      const startMs = choices.of([
        ms('2021-03-12T00:00Z'),
        ms('2021-03-27T00:00Z'),
        ms('2021-04-02T12:00Z'),
        ms('2021-10-02T12:00Z'),
        ms('2021-10-30T00:00Z'),
      ]);
      for (let m = 0; m < 40; m += 1) {
        const atMs = startMs + choices.whole(0, 3 * 86_400) * 1_000;
        expect({ SEED, hours, at: iso(atMs), is: isWithin(hours, atMs) }).toEqual({
          ...{ SEED, hours, at: iso(atMs) },
          is: isActive(hours, atMs),
        });
      }
    }
  });
});

describe('nextWithin(hours, time)', () => {
  test.each([
    ['within them', '09:00', '17:00', '2021-05-12T08:00:30Z', '2021-05-12T08:00:30.000Z'],
    ['before them', '09:00', '17:00', '2021-05-12T02:10:30Z', '2021-05-12T07:00:00.000Z'],
    ['after them', '09:00', '17:00', '2021-05-12T18:00:00Z', '2021-05-13T07:00:00.000Z'],
    // On 28 March the clocks go from 02:00 to 03:00, on 31 October from 03:00 back to 02:00.
    ['a night with an hour less', '08:00', '20:00', '2021-03-27T21:00:00Z', '2021-03-28T06:00:00.000Z'],
    ['a night with an hour more', '08:00', '20:00', '2021-10-30T21:00:00Z', '2021-10-31T07:00:00.000Z'],
    [
      'hours that begin in the one left out',
      '02:30',
      '04:00',
      '2021-03-27T22:00:00Z',
      '2021-03-28T01:00:00.000Z',
    ],
    ['hours that are left out', '02:10', '02:50', '2021-03-27T22:00:00Z', '2021-03-29T00:10:00.000Z'],
    ['hours that come twice', '02:10', '02:50', '2021-10-31T00:50:00Z', '2021-10-31T01:10:00.000Z'],
  ])('%s', (_, from, to, at, expected) => {
    expect(iso(nextWithin(berlin(from, to), ms(at)))).toBe(expected);
  });

  it('finds the first minute that lies within', () => {
    const choices = new Choices(createRandom(SEED));
    const starts = ['2021-03-27', '2021-03-12', '2021-04-02', '2021-10-02', '2021-10-30', '2021-06-01'].map(
      ms,
    );
    for (let n = 0; n < 40; n += 1) {
      const hours = randomHours(choices);
      const atMs = choices.of(starts) + choices.whole(0, 86_400) * 1_000;
      let firstMs = atMs;
      // Hours begin on whole minutes.
      while (!isWithin(hours, firstMs)) firstMs = Math.floor(firstMs / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
      const found = nextWithin(hours, atMs);
      expect({ SEED, hours, at: iso(atMs), next: iso(found) }).toEqual({
        ...{ SEED, hours, at: iso(atMs) },
        next: iso(firstMs),
      });
    }
  });

  it('finds hours that are days away', () => {
    const hours = berlin('09:00', '10:00', ['mon']);
    expect(iso(nextWithin(hours, ms('2021-05-10T08:00Z')))).toBe('2021-05-17T07:00:00.000Z');
    expect(nextWithin(hours, ms('2021-05-10T07:30Z') + HOUR_MS / 2)).toBe(ms('2021-05-17T07:00Z'));
  });

  it('refuses hours without a day', () => {
    expect(() => nextWithin({ ...berlin('09:00', '10:00'), days: [] }, 0)).toThrow(RangeError);
  });
});

describe('isTimeZone(name)', () => {
  test.each([
    ['Europe/Berlin', true],
    ['UTC', true],
    ['Europe/Atlantis', false],
    ['', false],
  ])('%s: %s', (name, expected) => {
    expect(isTimeZone(name)).toBe(expected);
  });
});

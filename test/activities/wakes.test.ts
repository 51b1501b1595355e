import { roomOf } from '../../src/activities/wakes';

const NONE = { due: 0, retrying: 0, wokenLately: 0 };

describe('how many more deliveries of a user are woken', () => {
  it.each([
    ['as many as may be due', {}, 500],
    ['fewer by what is due', { due: 480 }, 20],
    ['none beyond what may be due', { due: 520 }, -20],
    ['as many while few of theirs fail', { retrying: 99, wokenLately: 50 }, 500],
    ['ten a second while many fail', { retrying: 100 }, 10],
    ['none once ten were', { retrying: 5_000, wokenLately: 10 }, 0],
    ['none while many fail and hang', { due: 500, retrying: 100 }, 0],
  ])('is %s', (_, counts, room) => {
    expect(roomOf({ ...NONE, ...counts }, false)).toBe(room);
  });

  it('is next to nothing once all places are taken', () => {
    expect(roomOf(NONE, true)).toBe(20);
    expect(roomOf({ ...NONE, due: 20 }, true)).toBe(0);
  });
});

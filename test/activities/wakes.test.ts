import { roomOf } from '../../src/activities/wakes';

const NONE = { due: 0, queued: 0, retrying: 0, wokenLately: 0 };

describe('how many more deliveries of a user are woken', () => {
  it.each([
    ['as many as may be due', {}, 500, 50],
    ['fewer by what is due', { due: 480 }, 20, -380],
    ['in a flood, fewer by what is being made', { due: 70, queued: 10 }, 430, 30],
    ['in a flood, fewer by what queues', { due: 30, queued: 30 }, 470, 20],
    ['none beyond what may be due', { due: 520 }, -20, -420],
    ['as many while few of theirs fail', { retrying: 99, wokenLately: 50 }, 500, 50],
    ['ten a second while many fail', { retrying: 100 }, 10, 10],
    ['none once ten were', { retrying: 5_000, wokenLately: 10 }, 0, 0],
    ['none while many fail and hang', { due: 500, retrying: 100 }, 0, -400],
  ])('is %s', (_, counts, usual, inFlood) => {
    expect(roomOf({ ...NONE, ...counts }, false)).toEqual({ usual, inFlood });
  });

  it('is next to nothing once all places are taken', () => {
    expect(roomOf(NONE, true).usual).toBe(20);
    expect(roomOf({ ...NONE, due: 20 }, true).usual).toBe(0);
  });
});

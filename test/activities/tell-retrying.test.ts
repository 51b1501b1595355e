import { atMostASecond } from '../../src/activities/tell-retrying';

describe('what may be done so often a second', () => {
  it('stops there, and goes on in the next second', () => {
    let nowMs = 5_000;
    const may = atMostASecond(2, () => nowMs);
    expect([may(), may(), may(), may()]).toEqual([true, true, false, false]);
    nowMs = 5_999;
    expect(may()).toBe(false);
    nowMs = 6_000;
    expect([may(), may(), may()]).toEqual([true, true, false]);
  });
});

import { Limiter } from '../../dashboard/src/api/limiter';

describe('the spacing of calls', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  /** How many turns have come, whenever that is asked. */
  function turns(limiter: Limiter, count: number): () => number {
    let taken = 0;
    for (let i = 0; i < count; i += 1) void limiter.turn().then(() => (taken += 1));
    return () => taken;
  }

  it('lets as many through as are allowed, and more only after the first was answered', async () => {
    const limiter = new Limiter(5);
    const taken = turns(limiter, 7);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(taken()).toBe(5);
    limiter.answered();
    await jest.advanceTimersByTimeAsync(1_900);
    expect(taken()).toBe(5);
    await jest.advanceTimersByTimeAsync(200);
    expect(taken()).toBe(6);
    await jest.advanceTimersByTimeAsync(2_100);
    expect(taken()).toBe(7);
  });

  it('lets all through at once again after a pause', async () => {
    const limiter = new Limiter(5);
    turns(limiter, 5);
    await jest.advanceTimersByTimeAsync(0);
    limiter.answered();
    await jest.advanceTimersByTimeAsync(10_000);
    const taken = turns(limiter, 6);
    await jest.advanceTimersByTimeAsync(0);
    expect(taken()).toBe(5);
  });

  it('waits as long as the API says', async () => {
    const limiter = new Limiter(5);
    turns(limiter, 1);
    await jest.advanceTimersByTimeAsync(0);
    limiter.answered();
    limiter.hold(3_000);
    const taken = turns(limiter, 2);
    await jest.advanceTimersByTimeAsync(2_900);
    expect(taken()).toBe(0);
    await jest.advanceTimersByTimeAsync(200);
    expect(taken()).toBe(1);
    await jest.advanceTimersByTimeAsync(2_100);
    expect(taken()).toBe(2);
  });
});

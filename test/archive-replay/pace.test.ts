import { createPace } from '../../src/archive-replay/pace';

/** A clock that only moves while somebody sleeps, or when it is told to. */
function fakeClock() {
  const clock = { time: 5_000, slept: [] as number[] };
  const sleep = async (ms: number) => {
    clock.slept.push(ms);
    clock.time += ms;
  };
  return Object.assign(clock, { now: () => clock.time, sleep });
}
const START_MS = Date.UTC(2021, 4, 12);

describe('createPace', () => {
  it('has ticks come as many times as fast, the first at once', async () => {
    const clock = fakeClock();
    const pace = createPace(60, clock);
    for (const tick of [0, 1, 2, 3]) await pace(START_MS + tick * 30_000);
    expect(clock.slept).toEqual([500, 500, 500]);
  });

  it('makes up for what took longer, and never waits for what is due', async () => {
    const clock = fakeClock();
    const pace = createPace(10, clock);
    await pace(START_MS);
    clock.time += 2_500;
    await pace(START_MS + 10_000);
    await pace(START_MS + 20_000);
    expect(clock.slept).toEqual([]);
    await pace(START_MS + 30_000);
    expect(clock.slept).toEqual([500]);
  });

  it('waits for longer than a timer holds', async () => {
    const clock = fakeClock();
    const pace = createPace(0.5, clock);
    await pace(START_MS);
    await pace(START_MS + 40 * 86_400_000);
    expect(clock.time).toBe(5_000 + 80 * 86_400_000);
  });

  it('never sleeps without a speed', async () => {
    const clock = fakeClock();
    const pace = createPace(undefined, clock);
    for (const day of [0, 1]) await pace(START_MS + day * 86_400_000);
    expect(clock.slept).toEqual([]);
  });
});

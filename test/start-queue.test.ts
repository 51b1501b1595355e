import { StartQueue } from '../src/start-queue';

/** A queue whose starts end when the test says so. */
function queue() {
  const batches: string[][] = [];
  const ends: (() => void)[] = [];
  const starts = new StartQueue((alertIds) => {
    batches.push(alertIds);
    return new Promise((resolve) => ends.push(resolve));
  });
  const endOne = async () => {
    ends.shift()?.();
    await new Promise(setImmediate);
  };
  return { starts, batches, ends, endOne };
}

describe('StartQueue', () => {
  it('starts one at a time while more are asked for, and loses none', async () => {
    const { starts, batches, endOne } = queue();
    for (const id of ['a', 'b', 'c']) starts.add(id);
    expect(batches).toEqual([['a']]);
    starts.add('d');
    await endOne();
    expect(batches).toEqual([['a'], ['b']]);
  });

  it('starts what waits together once nobody asks', async () => {
    const { starts, batches, ends, endOne } = queue();
    const ids = Array.from({ length: 40 }, (_, n) => String(n));
    for (const id of ids) starts.add(id);
    const idle = starts.idle();
    expect(batches.flat()).toHaveLength(32);
    while (ends.length > 0) await endOne();
    await idle;
    expect(batches.flat()).toEqual(ids);
  });

  it('is idle at once where nothing was asked for', async () => {
    await queue().starts.idle();
  });
});

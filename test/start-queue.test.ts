import { StartQueue } from '../src/start-queue';
import { eventually } from './support/eventually';

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
  it('starts the first at once and the next ones behind it, and loses none', async () => {
    const { starts, batches, ends, endOne } = queue();
    for (const id of ['a', 'b', 'c']) starts.add(id);
    expect(batches).toEqual([['a']]);
    await endOne();
    starts.add('d');
    expect(batches).toEqual([['a']]);
    await eventually(() => expect(batches.flat()).toContain('b'));
    while (ends.length > 0) await endOne();
    await eventually(() => expect(batches.flat()).toEqual(['a', 'b', 'c', 'd']));
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

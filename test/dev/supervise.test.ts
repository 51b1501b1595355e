import pino from 'pino';
import { supervise } from '../../src/dev/supervise';
import { eventually } from '../support/eventually';

const log = pino({ level: 'silent' });

function createPart() {
  let end: (how: string) => void = () => {};
  const exited = new Promise<string>((resolve) => {
    end = resolve;
  });
  return { exited, end, stop: jest.fn(async () => end('stopped')) };
}

describe('supervise', () => {
  it('starts a part again each time it ends', async () => {
    const parts = [createPart(), createPart(), createPart()] as const;
    const again = jest.fn().mockResolvedValueOnce(parts[1]).mockResolvedValueOnce(parts[2]);
    const supervised = supervise({ name: 'Part', first: parts[0], again, log, pauseMs: 1 });
    parts[0].end('killed');
    await eventually(() => expect(supervised.current()).toBe(parts[1]));
    expect(again).toHaveBeenLastCalledWith(parts[0]);
    parts[1].end('killed');
    await eventually(() => expect(supervised.current()).toBe(parts[2]));

    await supervised.stop();
    expect(parts[2].stop).toHaveBeenCalled();
    expect(again).toHaveBeenCalledTimes(2);
  });

  it('gives up on a part that keeps ending', async () => {
    const first = createPart();
    const again = async () => {
      const part = createPart();
      part.end('killed');
      return part;
    };
    const supervised = supervise({ name: 'Part', first, again, log, maxEnds: 3, pauseMs: 1 });
    first.end('killed');
    await expect(supervised.failed).rejects.toThrow('Part ended 4 times within a minute');
  });

  it('gives up on a part that can not be started', async () => {
    const first = createPart();
    const again = jest.fn().mockRejectedValue(new Error('the port is taken'));
    const supervised = supervise({ name: 'Part', first, again, log, maxEnds: 2, pauseMs: 1 });
    first.end('killed');
    await expect(supervised.failed).rejects.toThrow('Part');
    expect(again).toHaveBeenCalledTimes(2);
  });

  it('stops what is just being started', async () => {
    const [first, second] = [createPart(), createPart()];
    let finish = (_: ReturnType<typeof createPart>) => {};
    const again = jest.fn(() => new Promise<typeof second>((resolve) => (finish = resolve)));
    const supervised = supervise({ name: 'Part', first, again, log });
    first.end('killed');
    await eventually(() => expect(again).toHaveBeenCalled());
    const stopped = supervised.stop();
    finish(second);
    await stopped;
    expect(second.stop).toHaveBeenCalled();
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { partitionedDays } from '../../src/db/partitions';
import { expectedLines } from '../archive/stored';
import { eventually } from '../support/eventually';
import { startTestStack, type TestStack } from '../support/test-stack';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
}, 120_000);
afterAll(() => stack?.close());

/** The lines of the log; of both its files, should midnight have passed. */
function logged(): string[] {
  const folder = join(stack.folder, 'archive/replay/raw');
  const logs = readdirSync(folder).filter((name) => /^BTC\.([\d-]+\.)?csv$/.test(name));
  return logs.sort().flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n').slice(1, -1));
}

/** Waits until the log holds so many lines, and more than that were stored. */
const atLeast = (lines: number) => eventually(() => expect(logged().length).toBeGreaterThan(lines));

describe('the archive, beside the ticks of a whole stack', () => {
  it('has every source quote once, in order, though its worker is killed again and again', async () => {
    for (let turn = 0; turn < 3; turn += 1) {
      const worker = await stack.startWorker();
      await atLeast(turn * 30 + 20);
      await worker.kill();
    }
    const worker = await stack.startWorker();
    await atLeast(logged().length);
    expect(await worker.stop()).toBe(0);
    // Published while the last worker stopped, it may be for the next one to append; of what is there, nothing is missing.
    const stored = await expectedLines(stack.db);
    expect(logged()).toEqual(stored.slice(0, logged().length));
    expect(new Set(logged().map((line) => line.split(',')[4])).size).toBeGreaterThan(3);
  }, 180_000);

  it('finds its days in partitions of their own, soon after the start', async () => {
    const worker = await stack.startWorker();
    await eventually(async () => {
      expect((await partitionedDays(stack.db)).length).toBeGreaterThanOrEqual(3);
      const { rows } = await sql`select from source_quotes_default`.execute(stack.db);
      expect(rows).toEqual([]);
    });
    await worker.stop();
  }, 120_000);
});

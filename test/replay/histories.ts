import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { Worker } from '@temporalio/worker';

const FOLDER = join(__dirname, 'histories');

/** The histories that are committed; the names of their files stand for their workflows' ids. */
export const histories = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map((file) => ({
    workflowId: file,
    history: historyFromJSON(JSON.parse(readFileSync(join(FOLDER, file), 'utf8'))),
  }));

/** Replays all recorded histories with the bundled workflows; answers for each why it can't be, if so. */
export async function replayAll(codePath: string): Promise<Record<string, Error | undefined>> {
  const results: Record<string, Error | undefined> = {};
  const options = { workflowBundle: { codePath } };
  for await (const { workflowId, error } of Worker.runReplayHistories(options, histories)) {
    results[workflowId] = error;
  }
  return results;
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { Worker } from '@temporalio/worker';
import * as workflows from '../../src/workflows';
import { quietRuntime } from '../support/stack';

const FOLDER = join(__dirname, 'histories');
const histories = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map((file) => ({
    workflowId: file,
    history: historyFromJSON(JSON.parse(readFileSync(join(FOLDER, file), 'utf8'))),
  }));

beforeAll(() => quietRuntime());

describe('recorded histories', () => {
  it('cover every workflow type', () => {
    const recorded = new Set(
      histories.map(
        ({ history }) => history.events?.[0]?.workflowExecutionStartedEventAttributes?.workflowType?.name,
      ),
    );
    expect([...recorded].sort()).toEqual(Object.keys(workflows).sort());
  });

  it('replay with the workflows of today', async () => {
    const options = { workflowBundle: { codePath: process.env.TEST_WORKFLOW_BUNDLE as string } };
    const results: Record<string, string> = {};
    for await (const { workflowId, error } of Worker.runReplayHistories(options, histories)) {
      results[workflowId] = error?.message ?? 'replayed';
    }
    expect(results).toEqual(Object.fromEntries(histories.map(({ workflowId }) => [workflowId, 'replayed'])));
  });
});

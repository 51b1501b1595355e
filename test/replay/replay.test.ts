import * as workflows from '../../src/workflows';
import { quietRuntime } from '../support/stack';
import { histories, replayAll } from './histories';

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
    const results = await replayAll(process.env.TEST_WORKFLOW_BUNDLE as string);
    expect(results).toEqual(Object.fromEntries(histories.map(({ workflowId }) => [workflowId, undefined])));
  });
});

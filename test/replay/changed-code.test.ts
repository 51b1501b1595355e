import { DeterminismViolationError } from '@temporalio/workflow';
import { type CodeChange, pauseFirst, withChangedWorkflows } from '../support/changed-workflows';
import { quietRuntime } from '../support/stack';
import { histories, replayAll } from './histories';

beforeAll(() => quietRuntime());

/** The histories that changed workflows can't replay. */
async function brokenBy(changes: CodeChange[]): Promise<string[]> {
  const results = Object.entries(await withChangedWorkflows(changes, replayAll));
  expect(results).toHaveLength(histories.length);
  const broken = results.filter(([, error]) => error !== undefined);
  for (const [, error] of broken) expect(error).toBeInstanceOf(DeterminismViolationError);
  return broken.map(([name]) => name).sort();
}

const ofAlerts = namedLike('price-alert');
const ofRules = namedLike('watch-alert');

function namedLike(type: string): string[] {
  return histories.map(({ workflowId }) => workflowId).filter((name) => name.startsWith(type));
}

describe('the replay of recorded histories', () => {
  it('fails for every alert once something new comes before its first look', async () => {
    expect(ofAlerts.length).toBeGreaterThan(0);
    expect(await brokenBy(pauseFirst())).toEqual(ofAlerts);
  });

  it('passes with the same change behind `patched`', async () => {
    expect(await brokenBy(pauseFirst("if (patched('pause-first')) await sleep('1s');"))).toEqual([]);
  });

  it('fails once an activity that was local no longer is', async () => {
    const activity = { file: 'alert-activities.ts', after: '' };
    const changes = [
      { ...activity, before: 'import { proxyLocalActivities }', after: 'import { proxyActivities }' },
      {
        ...activity,
        before: 'const { checkAlert, checkRule } = proxyLocalActivities<',
        after: 'const { checkAlert, checkRule } = proxyActivities<',
      },
      { ...activity, before: "  localRetryThreshold: '2s',\n" },
    ];
    expect(await brokenBy(changes)).toEqual([...ofAlerts, ...ofRules].sort());
  });
});

describe('a change that does not fit the code', () => {
  it('is refused, so that none of these tests passes without it', async () => {
    const change = { file: 'price-alert.ts', before: 'no such code', after: '' };
    await expect(withChangedWorkflows([change], replayAll)).rejects.toThrow(
      'price-alert.ts holds "no such code" 0 times',
    );
  });
});

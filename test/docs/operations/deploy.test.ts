import { alertWorkflowId } from '../../../src/temporal';
import { startWorkers } from '../../../src/worker';
import { apiClient } from '../../support/api-client';
import { pauseFirst, withChangedWorkflows } from '../../support/changed-workflows';
import { eventually } from '../../support/eventually';
import { testLog } from '../../support/stack';
import {
  alertThatFires,
  commands,
  cross,
  delivered,
  requestsOf,
  shell,
  sleepingAlert,
  stage,
  typed,
  untilDelivered,
  untilWaiting,
  untouched,
  useStage,
  workflowOf,
} from './stage';

useStage('Deploy a new release beside the old');

async function startRelease(buildId: string): Promise<void> {
  const [line = ''] = commands('start', { '0.2.0': buildId });
  const [, variable, value, script] = /^(\w+)=(\S+) node dist\/(\S+)$/.exec(line) ?? [];
  expect([value, script]).toEqual([buildId, 'worker.js']);
  stage.workers[buildId] = await stage.stack.startWorker({ [variable as string]: value as string });
  await untilPolling(buildId);
}

/** Looks, as the page says, until a version asks for the work of all queues. */
async function untilPolling(buildId: string): Promise<void> {
  await eventually(async () => {
    const [described] = await typed('look-new', { '0.2.0': buildId });
    for (const queue of ['alerts', 'ingestion', 'deliveries'])
      expect(described).toMatch(new RegExp(`pricehook-${queue} +activity`));
    for (const queue of ['alerts', 'ingestion'])
      expect(described).toMatch(new RegExp(`pricehook-${queue} +workflow`));
  });
}

async function stopRelease(buildId: string): Promise<void> {
  expect(await stage.workers[buildId]?.stop()).toBe(0);
}

/** The versions that did an alert's tasks, in order. */
async function versionsOf(id: string): Promise<string[]> {
  const { events } = await workflowOf(id).fetchHistory();
  const tasks = (events ?? []).flatMap((event) => event.workflowTaskCompletedEventAttributes ?? []);
  const versions = tasks.map(({ deploymentVersion }) => deploymentVersion?.buildId ?? 'none');
  return versions.filter((version, index) => version !== versions[index - 1]);
}

describe('docs/operations.md: deploying a new release beside the old', () => {
  it('moves sleeping alerts from workers without a build id to the first version', async () => {
    const first = { '0.2.0': '0.1.0' };
    const [asleep, stirred] = [await sleepingAlert(), await sleepingAlert()];
    await startRelease('0.1.0');
    // Nothing reaches it before it is current.
    const fires = await alertThatFires();
    await delivered(fires);
    expect(await versionsOf(fires)).toEqual(['none']);

    await typed('make-current', first);
    await stopRelease('none');
    await untilWaiting(asleep);
    await typed('stir');
    await eventually(async () => expect(await versionsOf(stirred)).toEqual(['none', '0.1.0']));
    await cross(asleep);
    expect(await versionsOf(asleep)).toEqual(['none', '0.1.0']);
  }, 120_000);

  it('moves sleeping alerts and deliveries between two attempts to the next version', async () => {
    const asleep = await sleepingAlert();
    stage.receiver.answer(503);
    const retried = await alertThatFires();
    await stage.receiver.waitFor(1);
    await startRelease('0.2.0');
    await typed('make-current');
    await stopRelease('0.1.0');
    stage.receiver.answer(204);
    await untilDelivered(retried);
    expect(new Set(requestsOf(retried).map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(await versionsOf(retried)).toEqual(['0.1.0', '0.2.0']);
    await cross(asleep);
    expect(await versionsOf(asleep)).toEqual(['0.1.0', '0.2.0']);
    await eventually(async () => {
      const [works, stuck] = await typed('look-current');
      expect(works).toContain('ingestQuotes');
      expect(stuck).not.toContain('alert-');
    });
    await eventually(async () =>
      expect((await apiClient(stage.url).call('GET', '/health')).status).toBe(200),
    );
  }, 120_000);

  it('goes back to the version before', async () => {
    const asleep = await sleepingAlert();
    await startRelease('0.1.0');
    await typed('back');
    await stopRelease('0.2.0');
    await cross(asleep);
    expect(await versionsOf(asleep)).toEqual(['0.2.0', '0.1.0']);
  }, 120_000);

  it('tries a version on a part', async () => {
    await startRelease('0.2.0');
    const [, described] = await typed('ramp');
    expect(described).toMatch(/RampingVersionBuildID +0\.2\.0/);
    expect(described).toMatch(/RampingVersionPercentage +10/);
    const [, takenBack] = await typed('ramp', { '--percentage 10': '--delete' });
    expect(takenBack).not.toMatch(/RampingVersionPercentage +\d/);

    const asleep = await sleepingAlert();
    await typed('ramp', { '--percentage 10': '--percentage 100' });
    const fires = await alertThatFires();
    await delivered(fires);
    expect(await versionsOf(fires)).toEqual(['0.2.0']);
    await typed('make-current');
    const [, look] = commands('ramp');
    const after = await shell(look as string);
    expect(after).toMatch(/CurrentVersionBuildID +0\.2\.0/);
    expect(after).not.toMatch(/RampingVersionBuildID +\d/);
    await stopRelease('0.1.0');
    await cross(asleep);
  }, 120_000);

  it('shows alerts that a release can’t go on with, and loses none of them', async () => {
    const asleep = await sleepingAlert();
    await withChangedWorkflows(pauseFirst(), async (bundlePath) => {
      const broken = await startWorkers(
        stage.stack.joined({ WORKER_BUILD_ID: '0.3.0' }),
        testLog,
        bundlePath,
      );
      try {
        await untilPolling('0.3.0');
        await typed('make-current', { '0.2.0': '0.3.0' });
        await eventually(async () => {
          // Again and again: the news of the current version takes a moment to reach all queues.
          await typed('stir');
          const [, stuck] = await typed('look-current', { '0.2.0': '0.3.0' });
          expect(stuck).toContain(alertWorkflowId(asleep));
        });
      } finally {
        await typed('back', { '0.1.0': '0.2.0' });
        await broken.stop();
      }
    });
    await cross(asleep);
    expect(await versionsOf(asleep)).toEqual(['0.2.0']);
  }, 120_000);

  it('refuses a version that nobody works for', async () => {
    const none = { '0.2.0': '9.9.9' };
    await expect(typed('make-current', none)).rejects.toThrow(/9\.9\.9/);
  });

  it('goes back to workers without a build id', async () => {
    const asleep = await sleepingAlert();
    stage.workers.none = await stage.stack.startWorker();
    await typed('unversioned');
    await stopRelease('0.2.0');
    await cross(asleep);
    expect(await versionsOf(asleep)).toEqual(['0.2.0', 'none']);
  }, 120_000);
});

it('has no command in this section that was not run', () => expect(untouched()).toEqual([]));

import { eventually } from '../../support/eventually';
import { alertThatFires, stage, typed, untouched, useStage } from './stage';

useStage('Workers');

it('says who asks for work, and of which version', async () => {
  await eventually(async () => {
    const queues = await typed('pollers');
    for (const described of queues.slice(0, 3)) {
      expect(described).toMatch(/UNVERSIONED +activity +\d+@/);
      expect(described).toContain('ApproximateBacklogCount');
    }
  });
  stage.workers.version = await stage.stack.startWorker({ WORKER_BUILD_ID: '0.2.0' });
  await eventually(async () => expect((await typed('pollers'))[3]).toContain('pricehook'));
}, 120_000);

it('says how much waits once nobody is left', async () => {
  for (const worker of Object.values(stage.workers)) await worker.stop();
  await alertThatFires();
  await eventually(async () => expect((await typed('pollers'))[0]).toMatch(/UNVERSIONED +workflow +[1-9]/));
}, 120_000);

it('has no command in this section that was not run', () => expect(untouched()).toEqual([]));

import { alertWorkflowId } from '../../../src/temporal';
import { eventually } from '../../support/eventually';
import {
  alertThatFires,
  requestsOf,
  sleepingAlert,
  stage,
  typed,
  untilDelivered,
  untilWaiting,
  untouched,
  useStage,
  workflowOf,
} from './stage';

useStage('See what runs');

it('finds alerts, and says what one waits for', async () => {
  const asleep = await sleepingAlert();
  const workflowId = alertWorkflowId(asleep);
  await eventually(async () => expect((await typed('list'))[0]).toContain(workflowId));
  expect((await typed('list'))[1]).toMatch(/Running/);
  const [status, described, shown] = await typed('one', { 'alert-<id>': workflowId });
  expect(status).toMatch(/"state": ?"waiting"/);
  expect(described).toContain('priceAlert');
  expect(shown).toContain('TimerStarted');
});

it('gives an alert whose workflow was terminated a new one', async () => {
  const asleep = await sleepingAlert();
  const { runId } = await workflowOf(asleep).describe();
  await typed('terminate', { 'alert-<id>': alertWorkflowId(asleep) });
  await stage.stack.temporal.client.schedule.getHandle('reconcile-alerts').trigger();
  await eventually(async () => {
    const described = await workflowOf(asleep).describe();
    expect([described.status.name, described.runId === runId]).toEqual(['RUNNING', false]);
  });
  await untilWaiting(asleep);
}, 120_000);

it('goes on with a delivery whose workflow was terminated between two attempts', async () => {
  stage.receiver.answer(503);
  const fires = await alertThatFires();
  await stage.receiver.waitFor(1);
  const { runId } = await workflowOf(fires).describe();
  await typed('terminate', { 'alert-<id>': alertWorkflowId(fires) });
  await stage.stack.temporal.client.schedule.getHandle('reconcile-alerts').trigger();
  stage.receiver.answer(204);
  await eventually(async () => expect((await workflowOf(fires).describe()).runId).not.toBe(runId));
  await untilDelivered(fires);
  expect(new Set(requestsOf(fires).map(({ headers }) => headers['webhook-id'])).size).toBe(1);
}, 120_000);

it('has no command in this section that was not run', () => expect(untouched()).toEqual([]));

import { alertWorkflowId } from '../../../src/temporal';
import { eventually } from '../../support/eventually';
import {
  alertThatFires,
  commands,
  requestsOf,
  shell,
  stage,
  typed,
  untouched,
  useStage,
  workflowOf,
} from './stage';

useStage('Deliveries', { WEBHOOK_RETRY_INITIAL: '300s', WEBHOOK_RETRY_MAX: '600s' });

interface Delivery {
  id: string;
  status: string;
  attempts: { cause: string; outcome: string; error: string | null }[];
}

const inStatus = (alertId: string, status: string, attempts: number) =>
  eventually(async () => {
    const { body: list } = await stage.user.call<Delivery[]>('GET', `/api/v1/alerts/${alertId}/deliveries`);
    const { body } = await stage.user.call<Delivery>('GET', `/api/v1/deliveries/${list[0]?.id}`);
    expect([body.status, body.attempts?.length]).toEqual([status, attempts]);
    return body;
  });
const named = (alertId: string) => ({ 'alert-<id>': alertWorkflowId(alertId) });

/** An alert whose delivery was given up at once. */
async function givenUp(): Promise<string> {
  stage.receiver.answer(410);
  const id = await alertThatFires();
  await inStatus(id, 'failed', 1);
  await expect(workflowOf(id).result()).rejects.toThrow();
  return id;
}

it('says why a delivery fails, hurries it, and finds it tried again and given up', async () => {
  stage.receiver.answer(503);
  const id = await alertThatFires();
  await inStatus(id, 'pending', 1);
  // The row says so a moment before Temporal does.
  const pending = await eventually(async () => {
    const [said = ''] = await typed('why', named(id));
    expect(said).toContain('Attempt 1 of 30: The server answered 503.');
    return said;
  });
  expect(pending).toMatch(/ScheduledTime +\d+ \w+ from now/);
  const activityId = /ActivityId +(\d+)/.exec(pending)?.[1] as string;
  const [one = '', all = ''] = commands('hurry', named(id));
  await shell(one.replace(/--activity-id \d+/, `--activity-id ${activityId}`));
  const { attempts } = await inStatus(id, 'pending', 2);
  expect(attempts.map(({ cause }) => cause)).toEqual(['schedule', 'operator']);
  await eventually(async () => expect((await typed('retried'))[0]).toContain(alertWorkflowId(id)));
  stage.receiver.answer(410);
  await shell(all);
  await inStatus(id, 'failed', 3);
  await eventually(async () => expect((await typed('retried'))[1]).toContain(alertWorkflowId(id)));
  const [, shown] = await typed('why', named(id));
  for (const [index, status] of [503, 503, 410].entries())
    expect(shown).toContain(`details[0][${index}].error: The server answered ${status}.`);
}, 120_000);

it('delivers one again, and says who wanted it and why', async () => {
  stage.receiver.answer(204);
  const id = await alertThatFires();
  await inStatus(id, 'delivered', 1);
  await workflowOf(id).result();
  const [again = '', show = ''] = commands('again', named(id));
  await shell(again);
  const { attempts } = await inStatus(id, 'delivered', 2);
  expect(attempts.map(({ cause }) => cause)).toEqual(['schedule', 'operator']);
  expect(new Set(requestsOf(id).map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  const shown = await shell(show);
  expect(shown).toContain('RESET_WORKFLOW');
  expect(shown).toContain('they lost it');
}, 120_000);

it('delivers again whatever has failed in a span of time', async () => {
  const since = new Date().toISOString();
  const failed = [await givenUp(), await givenUp()];
  const [reset = '', list = ''] = commands('all-again', { '2026-01-01T00:00:00Z': since });
  const query = `WorkflowType = 'priceAlert' AND ExecutionStatus = 'Failed' AND CloseTime > '${since}'`;
  await eventually(async () => {
    expect((await stage.stack.temporal.client.workflow.count(query)).count).toBe(2);
  });
  stage.receiver.answer(204);
  await shell(reset);
  for (const id of failed) await inStatus(id, 'delivered', 2);
  await eventually(async () => expect(await shell(list)).toContain('Completed'));
}, 120_000);

it('has no command in this section that was not run', () => expect(untouched()).toEqual([]));

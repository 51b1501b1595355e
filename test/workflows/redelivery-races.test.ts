import { reopenForUser } from '../../src/db/reopening';
import { cancelDelivery, isHurried, makeDueNow } from '../../src/db/waiting-deliveries';
import { endPause } from '../../src/delivery-signals';
import { alertWorkflowId } from '../../src/temporal';
import { eventually } from '../support/eventually';
import { publishPrices } from '../support/seed';
import {
  call,
  delivery,
  fired,
  ids,
  inStatus,
  parts,
  reset,
  resetActivity,
  resetNow,
  useDeliveries,
  wakeAll,
} from './delivery-stack';

useDeliveries();

/** Of `temporal.api.enums.v1.PendingActivityState`. */
const SCHEDULED = 1;

const workflow = (id: string) => parts.namespace.client.workflow.getHandle(id);
const pendingOf = async (id: string) => (await workflow(id).describe()).raw.pendingActivities;
const own = () => ({ userId: parts.user.id, market: 'replay' as const });
const causes = async (id: string) =>
  (await delivery(id)).attempts.map(({ cause }: { cause: string }) => cause);

/** Answers every request by the order of its arrival: a status, or one that is given later. */
function answers(...how: (number | 'later')[]): (status: number) => void {
  let finish = (_: number) => {};
  let arrived = 0;
  parts.receiver.answer((_, response) => {
    const status = how[Math.min(arrived, how.length - 1)];
    arrived += 1;
    if (status === 'later') finish = (given) => response.writeHead(given).end();
    else response.writeHead(status as number, status === 503 ? { 'retry-after': '2' } : {}).end();
  });
  return (status) => finish(status);
}

const pauses = () =>
  parts.receiver.answer((_, response) => response.writeHead(503, { 'retry-after': '120' }).end());

describe('an attempt that is under way', () => {
  it('counts although its delivery was cancelled meanwhile', async () => {
    const finish = answers('later');
    const { id } = await fired();
    await parts.receiver.waitFor(1);
    expect((await call(`POST /deliveries/${id}/cancel`)).json.status).toBe('cancelled');
    finish(204);
    const made = await inStatus(id, 'delivered', 1);
    expect(made.delivered_at).not.toBeNull();
  });

  it('says nothing of the delivery’s next round', async () => {
    const finish = answers('later', 503, 204);
    const { id } = await fired();
    await parts.receiver.waitFor(1);
    await call(`POST /deliveries/${id}/cancel`);
    expect((await call(`POST /deliveries/${id}/redeliver`)).status).toBe(202);
    await parts.receiver.waitFor(2);
    finish(410);
    const made = await inStatus(id, 'delivered', 3);
    expect(made.attempts.map(({ status_code }: { status_code: number }) => status_code)).toEqual([
      410, 503, 204,
    ]);
  });

  it('goes on alone when its activity is reset', async () => {
    const finish = answers('later', 204);
    const { id, alertId } = await fired();
    await parts.receiver.waitFor(1);
    await resetActivity(alertWorkflowId(alertId));
    finish(503);
    await inStatus(id, 'delivered', 2);
    expect(await workflow(alertWorkflowId(alertId)).result()).toMatchObject({ outcome: 'delivered' });
    expect(ids()).toEqual([id, id]);
  });
});

describe('a pause that is ended while the attempt before it is still under way', () => {
  it('is not made', async () => {
    let finish = () => {};
    parts.receiver.answer((_, response) => {
      finish = () => response.writeHead(503, { 'retry-after': '120' }).end();
    });
    const { id, alertId } = await fired();
    await parts.receiver.waitFor(1);
    const ended = endPause(parts.namespace.client, alertWorkflowId(alertId), async () => true);
    parts.receiver.answer(204);
    finish();
    expect(await ended).toBe(true);
    await inStatus(id, 'delivered', 2);
  });

  it('is made where that attempt is the one that was wanted', async () => {
    const { id } = await fired();
    await inStatus(id, 'delivered', 1);
    let finish = () => {};
    parts.receiver.answer((_, response) => {
      finish = () => response.writeHead(503, { 'retry-after': '120' }).end();
    });
    await call(`POST /deliveries/${id}/redeliver`);
    await parts.receiver.waitFor(2);
    const isWanted = () => isHurried(parts.database.db, id);
    const ended = endPause(parts.namespace.client, `redelivery-${id}`, isWanted);
    finish();
    expect(await ended).toBe(true);
    await inStatus(id, 'pending', 2);
    // Reset, it would be at its first attempt again.
    expect(await pendingOf(`redelivery-${id}`)).toMatchObject([{ state: SCHEDULED, attempt: 2 }]);
  });
});

describe('a delivery that is made again', () => {
  it('is no longer made by the workflow of its alert', async () => {
    const finish = answers(503, 'later');
    const { id, alertId } = await fired();
    await inStatus(id, 'pending', 1);
    // The rows alone: the alert's workflow is not told, and comes back after its pause.
    await cancelDelivery(parts.database.db, id, own());
    await reopenForUser(parts.database.db, id, own());
    await wakeAll();
    await parts.receiver.waitFor(2);
    expect(await workflow(alertWorkflowId(alertId)).result()).toEqual({ outcome: 'cancelled' });
    finish(204);
    const made = await inStatus(id, 'delivered', 2);
    expect(made.attempts[1].outcome).toBe('delivered');
    expect(ids()).toEqual([id, id]);
  });

  it('is not made twice when its alert’s workflow is reset meanwhile', async () => {
    const finish = answers(204, 'later');
    const { id, alertId } = await fired();
    await inStatus(id, 'delivered', 1);
    await call(`POST /deliveries/${id}/redeliver`);
    await parts.receiver.waitFor(2);
    await reset(alertWorkflowId(alertId));
    expect(await workflow(alertWorkflowId(alertId)).result()).toEqual({ outcome: 'cancelled' });
    finish(204);
    await inStatus(id, 'delivered', 2);
    expect(await causes(id)).toEqual(['schedule', 'user']);
    expect(ids()).toEqual([id, id]);
  });

  it('is made by the workflow that was reset last, which can be hurried', async () => {
    const { id, alertId } = await fired();
    await inStatus(id, 'delivered', 1);
    await call(`POST /deliveries/${id}/redeliver`);
    await inStatus(id, 'delivered', 2);
    pauses();
    await reset(alertWorkflowId(alertId));
    const waits = await inStatus(id, 'pending', 3);
    expect(waits.workflow_url).toMatch(alertWorkflowId(alertId));
    parts.receiver.answer(204);
    await call(`POST /deliveries/${id}/retry-now`);
    await inStatus(id, 'delivered', 4);
    expect(await causes(id)).toEqual(['schedule', 'user', 'operator', 'user']);
    await reset(`redelivery-${id}`);
    const again = await inStatus(id, 'delivered', 5);
    expect(again.workflow_url).toMatch(`redelivery-${id}`);
  });

  it('is hurried by the next wake where its workflow could not be told', async () => {
    pauses();
    const { id } = await fired();
    await inStatus(id, 'pending', 1);
    parts.receiver.answer(204);
    await makeDueNow(parts.database.db, id, own());
    await wakeAll();
    await inStatus(id, 'delivered', 2);
    expect(await causes(id)).toEqual(['schedule', 'user']);
  });
});

describe('an operator’s reset of an activity', () => {
  it('ends the pause before the next attempt', async () => {
    pauses();
    const { id, alertId } = await fired();
    await inStatus(id, 'pending', 1);
    // Recorded, it has yet to be reported: until then Temporal still has it make its pause.
    await eventually(async () =>
      expect(await pendingOf(alertWorkflowId(alertId))).toMatchObject([{ state: SCHEDULED }]),
    );
    parts.receiver.answer(204);
    await resetActivity(alertWorkflowId(alertId));
    await inStatus(id, 'delivered', 2);
    expect(await causes(id)).toEqual(['schedule', 'operator']);
  });
});

describe('a run that was reset before its alert fired', () => {
  /** An alert whose workflow was reset while it slept, and has fired since. */
  async function firedAfterReset(): Promise<{ id: string; workflowId: string }> {
    const body = { ticker: 'ETH', condition: 'gt', target_price: 100, webhook_url: parts.receiver.url };
    const { json: alert } = await call('POST /alerts/', body);
    const workflowId = alertWorkflowId(alert.id);
    await eventually(async () =>
      expect(await workflow(workflowId).query('status')).toMatchObject({ state: 'waiting' }),
    );
    await resetNow(workflowId);
    await eventually(async () =>
      expect(await workflow(workflowId).query('status')).toMatchObject({ state: 'waiting' }),
    );
    await publishPrices(parts.database.db, new Date(), { ETH: 101 });
    await wakeAll();
    const id = await eventually(async () => {
      const { json } = await call(`GET /alerts/${alert.id}/deliveries`);
      expect(json).toHaveLength(1);
      return json[0].id as string;
    });
    return { id, workflowId };
  }

  it('does not send again what it has delivered itself', async () => {
    answers(503, 204);
    const { id, workflowId } = await firedAfterReset();
    await inStatus(id, 'pending', 1);
    // As where its worker dies between the record of a success and the answer to Temporal.
    await parts.database.db
      .updateTable('deliveries')
      .set({ status: 'delivered' })
      .where('id', '=', id)
      .execute();
    expect(await workflow(workflowId).result()).toMatchObject({ outcome: 'delivered' });
    expect(ids()).toEqual([id]);
  });

  it('does not undo a user’s cancellation', async () => {
    pauses();
    const { id, workflowId } = await firedAfterReset();
    await inStatus(id, 'pending', 1);
    await call(`POST /deliveries/${id}/cancel`);
    expect(await workflow(workflowId).result()).toEqual({ outcome: 'cancelled' });
    await inStatus(id, 'cancelled', 1);
  });
});

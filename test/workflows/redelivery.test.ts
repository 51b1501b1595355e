import { reopenForUser } from '../../src/db/reopening';
import { alertWorkflowId } from '../../src/temporal';
import { addUser } from '../api/api';
import { eventually } from '../support/eventually';
import {
  bodies,
  call,
  delivery,
  fired,
  ids,
  inStatus,
  parts,
  reconcile,
  reset,
  useDeliveries,
  wakeAll,
} from './delivery-stack';

useDeliveries();

describe('a delivery that is over', () => {
  it('is made again with the same id and the same bytes, in a workflow of its own', async () => {
    const { id, alertId } = await fired();
    await inStatus(id, 'delivered', 1);
    const answer = await call(`POST /deliveries/${id}/redeliver`);
    expect(answer).toMatchObject({ status: 202, json: { id, status: 'pending', redeliveries: 1 } });
    const again = await inStatus(id, 'delivered', 2);
    expect(ids()).toEqual([id, id]);
    expect(bodies().size).toBe(1);
    expect(again.attempts.map(({ cause }: { cause: string }) => cause)).toEqual(['schedule', 'user']);
    const [first, second] = again.attempts;
    const ui = `http://ui.example/namespaces/${parts.namespace.namespace}/workflows`;
    expect(first.workflow_url).toMatch(`${ui}/${alertWorkflowId(alertId)}/`);
    expect(second.workflow_url).toMatch(`${ui}/redelivery-${id}/`);
    expect(second.request_headers).toEqual({
      'content-type': 'application/json',
      'user-agent': expect.stringMatching(/^Pricehook/),
      'webhook-id': id,
      'webhook-timestamp': parts.receiver.requests[1]?.headers['webhook-timestamp'],
    });
    expect(JSON.stringify(again)).not.toContain('webhook-signature');
  });

  it('has all its attempts again', async () => {
    parts.receiver.answer(500);
    const { id } = await fired();
    await inStatus(id, 'failed', 2);
    await call(`POST /deliveries/${id}/redeliver`);
    const failed = await inStatus(id, 'failed', 4);
    expect(failed.attempts.map(({ cause }: { cause: string }) => cause)).toEqual([
      'schedule',
      'schedule',
      'user',
      'schedule',
    ]);
    parts.receiver.answer(204);
    await call(`POST /deliveries/${id}/redeliver`);
    await inStatus(id, 'delivered', 5);
    expect(new Set(ids())).toEqual(new Set([id]));
  });

  it('is made once, however often and quickly it is asked for', async () => {
    const { id } = await fired();
    await inStatus(id, 'delivered', 1);
    // It must not be over before the last one has asked.
    let finish = () => {};
    parts.receiver.answer((_, response) => {
      finish = () => response.writeHead(204).end();
    });
    const answers = await Promise.all([1, 2, 3, 4].map(() => call(`POST /deliveries/${id}/redeliver`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409, 409]);
    await parts.receiver.waitFor(2);
    parts.receiver.answer(204);
    finish();
    await inStatus(id, 'delivered', 2);
    for (let round = 3; round < 6; round += 1) {
      expect((await call(`POST /deliveries/${id}/redeliver`)).status).toBe(202);
      await inStatus(id, 'delivered', round);
    }
    expect(parts.receiver.requests).toHaveLength(5);
  });

  it('is made by the next wake where its workflow could not be told', async () => {
    const { id } = await fired();
    await inStatus(id, 'delivered', 1);
    // The row alone, as after a crash right behind its commit.
    await reopenForUser(parts.database.db, id, { userId: parts.user.id, market: 'replay' });
    await wakeAll();
    await inStatus(id, 'delivered', 2);
  });

  it('is taken up again where its workflow was terminated', async () => {
    const { id } = await fired();
    await inStatus(id, 'delivered', 1);
    parts.receiver.answer((_, response) => response.writeHead(503, { 'retry-after': '2' }).end());
    await call(`POST /deliveries/${id}/redeliver`);
    await inStatus(id, 'pending', 2);
    await parts.namespace.client.workflow.getHandle(`redelivery-${id}`).terminate('as an operator does');
    parts.receiver.answer(204);
    await eventually(async () => {
      await reconcile();
      expect((await delivery(id)).status).toBe('delivered');
    });
    expect(ids()).toEqual([id, id, id]);
  });

  it('is not made again once its alert is deleted, and is nobody else’s', async () => {
    const { id, alertId } = await fired();
    await inStatus(id, 'delivered', 1);
    const other = await addUser(parts.database.db);
    const unknown = await parts.api.ask(`POST /api/v1/deliveries/${id}/redeliver`, { key: other.key });
    expect(unknown).toMatchObject({ status: 404, json: { detail: 'Delivery not found' } });
    await call(`DELETE /alerts/${alertId}`);
    const refused = await call(`POST /deliveries/${id}/redeliver`);
    expect(refused).toMatchObject({ status: 409, json: { detail: expect.stringContaining('deleted') } });
    expect(parts.receiver.requests).toHaveLength(1);
  });

  it('is recovered with all that failed in a span of time', async () => {
    parts.receiver.answer(410);
    const since = new Date().toISOString();
    const failed = [await fired(), await fired(), await fired()];
    for (const { id } of failed) await inStatus(id, 'failed', 1);
    parts.receiver.answer(204);
    const good = await fired();
    await inStatus(good.id, 'delivered', 1);
    expect((await call('POST /deliveries/recover', { since, until: since })).status).toBe(422);
    expect((await call('POST /deliveries/recover', { since })).json).toEqual({ recovered: 3 });
    await wakeAll();
    for (const { id } of failed) await inStatus(id, 'delivered', 2);
    expect((await call('POST /deliveries/recover', { since })).json).toEqual({ recovered: 0 });
    expect(parts.receiver.requests).toHaveLength(7);
  });
});

describe('a delivery that waits', () => {
  it('has its next attempt made now', async () => {
    // Half a minute of pause: the test would not wait for it.
    parts.receiver.answer((_, response) => response.writeHead(503, { 'retry-after': '30' }).end());
    const { id } = await fired();
    await inStatus(id, 'pending', 1);
    parts.receiver.answer(204);
    expect((await call(`POST /deliveries/${id}/redeliver`)).status).toBe(409);
    expect((await call(`POST /deliveries/${id}/retry-now`)).status).toBe(202);
    const made = await inStatus(id, 'delivered', 2);
    expect(made.attempts[1].cause).toBe('user');
    expect((await call(`POST /deliveries/${id}/retry-now`)).status).toBe(409);
    const { history } = { history: await historyOf(made.alert_id) };
    // Both attempts are in history, as without the reset.
    expect(history).toContain('"number":1');
    expect(history).toContain('"number":2');
  });

  it('is not hurried while an attempt is under way', async () => {
    let finish = () => {};
    parts.receiver.answer((_, response) => {
      finish = () => response.writeHead(204).end();
    });
    const { id } = await fired();
    await parts.receiver.waitFor(1);
    const refused = await call(`POST /deliveries/${id}/retry-now`);
    expect(refused).toMatchObject({ status: 409, json: { detail: expect.stringContaining('under way') } });
    finish();
    await inStatus(id, 'delivered', 1);
  });

  it('is cancelled, its workflow ends, and it can be delivered again later', async () => {
    parts.receiver.answer((_, response) => response.writeHead(503, { 'retry-after': '30' }).end());
    const { id, alertId } = await fired();
    await inStatus(id, 'pending', 1);
    expect((await call(`POST /deliveries/${id}/cancel`)).json).toMatchObject({ id, status: 'cancelled' });
    expect((await call(`POST /deliveries/${id}/cancel`)).status).toBe(409);
    const alert = parts.namespace.client.workflow.getHandle(alertWorkflowId(alertId));
    expect(await alert.result()).toEqual({ outcome: 'cancelled' });
    parts.receiver.answer((_, response) => response.writeHead(503, { 'retry-after': '30' }).end());
    await call(`POST /deliveries/${id}/redeliver`);
    await inStatus(id, 'pending', 2);
    await call(`POST /deliveries/${id}/cancel`);
    const own = parts.namespace.client.workflow.getHandle(`redelivery-${id}`);
    await expect(own.result()).rejects.toThrow();
    await inStatus(id, 'cancelled', 2);
    parts.receiver.answer(204);
    await call(`POST /deliveries/${id}/redeliver`);
    await inStatus(id, 'delivered', 3);
  });
});

describe('an operator’s reset', () => {
  it('delivers again with the same id, once; a retry of the same run does not', async () => {
    const { id, alertId } = await fired();
    await inStatus(id, 'delivered', 1);
    await reset(alertWorkflowId(alertId));
    const again = await inStatus(id, 'delivered', 2);
    expect(again.attempts[1].cause).toBe('operator');
    await parts.namespace.client.workflow.getHandle(alertWorkflowId(alertId)).result();
    expect(ids()).toEqual([id, id]);
    await reset(alertWorkflowId(alertId));
    await inStatus(id, 'delivered', 3);
  });

  it('of a delivery that was given up has all its attempts again', async () => {
    parts.receiver.answer(500);
    const { id, alertId } = await fired();
    await inStatus(id, 'failed', 2);
    const handle = parts.namespace.client.workflow.getHandle(alertWorkflowId(alertId));
    await expect(handle.result()).rejects.toThrow();
    await reset(alertWorkflowId(alertId));
    await inStatus(id, 'failed', 4);
    expect(new Set(ids())).toEqual(new Set([id]));
  });
});

async function historyOf(alertId: string): Promise<string> {
  const { events } = await parts.namespace.client.workflow.getHandle(alertWorkflowId(alertId)).fetchHistory();
  const payloads = (events ?? []).flatMap(
    (event) => event.activityTaskCompletedEventAttributes?.result?.payloads ?? [],
  );
  return payloads.map(({ data }) => Buffer.from(data ?? []).toString()).join('\n');
}

describe('a test of a webhook', () => {
  it('answers with the attempt, whatever came of it', async () => {
    const good = await call('POST /webhooks/test', { webhook_url: parts.receiver.url });
    expect(good).toMatchObject({
      status: 200,
      json: { attempt: { outcome: 'delivered', status_code: 204, cause: 'user' } },
    });
    const [request] = parts.receiver.requests;
    expect(JSON.parse(request?.body ?? '')).toMatchObject({ type: 'webhook.test', simulated: true });
    expect(request?.headers['webhook-id']).toBe(good.json.delivery_id);
    expect(request?.headers['webhook-signature']).toMatch(/^v1,/);
    parts.receiver.answer(500);
    const bad = await call('POST /webhooks/test', { webhook_url: parts.receiver.url });
    expect(bad.json.attempt).toMatchObject({ outcome: 'failed', status_code: 500, error_class: 'http' });
    expect(parts.receiver.requests).toHaveLength(2);
    expect(await delivery(bad.json.delivery_id)).toMatchObject({
      type: 'webhook.test',
      status: 'failed',
      alert_id: null,
    });
  });
});

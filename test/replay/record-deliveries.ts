import type { Client, WorkflowHandle } from '@temporalio/client';
import { alertWorkflowId } from '../../src/temporal';
import type { RegisteredUser } from '../support/api-client';
import { eventually } from '../support/eventually';
import type { Receiver } from '../support/receiver';

export interface Recorder {
  client: Client;
  receiver: Receiver;
  user: RegisteredUser;
  save(name: string, handle: WorkflowHandle): Promise<void>;
  /** Waits until a workflow has one of these statuses. */
  until(handle: WorkflowHandle, ...statuses: string[]): Promise<void>;
}

/** Records what becomes of deliveries after their firing: made again, cancelled, and messages of no alert. */
export async function recordDeliveries(recorder: Recorder): Promise<void> {
  const { client, receiver, user, save, until } = recorder;
  const workflow = (id: string) => client.workflow.getHandle(id);
  const ask = async (path: string, wanted: number, body?: object) => {
    const answer = await user.call<{ delivery_id: string }>('POST', `/api/v1${path}`, body);
    if (answer.status !== wanted) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const inStatus = (id: string, status: string, attempts: number) =>
    eventually(async () => {
      const { body } = await user.call<Delivery>('GET', `/api/v1/deliveries/${id}`);
      if (body.status !== status || body.attempts.length !== attempts) throw new Error(JSON.stringify(body));
    });
  const later = () =>
    receiver.answer((_, response) => response.writeHead(503, { 'retry-after': '60' }).end());

  receiver.answer(410);
  const first = await firing(user, receiver, 10_001);
  await inStatus(first.id, 'failed', 1);

  receiver.answer(503);
  await ask(`/deliveries/${first.id}/redeliver`, 202);
  await eventually(() => {
    if (receiver.requests.length < 2) throw new Error('It was not sent again yet');
  });
  receiver.answer(204);
  await inStatus(first.id, 'delivered', 3);
  const own = workflow(`redelivery-${first.id}`);
  await until(own, 'COMPLETED');
  await save('deliver-message-retried', own);

  receiver.answer(410);
  await ask(`/deliveries/${first.id}/redeliver`, 202);
  await inStatus(first.id, 'failed', 4);
  await until(own, 'FAILED');
  await save('deliver-message-given-up', own);

  later();
  await ask(`/deliveries/${first.id}/redeliver`, 202);
  await inStatus(first.id, 'pending', 5);
  await ask(`/deliveries/${first.id}/cancel`, 200);
  await until(own, 'CANCELLED');
  await save('deliver-message-cancelled', own);

  const second = await firing(user, receiver, 10_002);
  await inStatus(second.id, 'pending', 1);
  await ask(`/deliveries/${second.id}/cancel`, 200);
  const alert = workflow(alertWorkflowId(second.alertId));
  await until(alert, 'COMPLETED');
  await save('price-alert-delivery-cancelled', alert);

  receiver.answer(204);
  const { delivery_id } = await ask('/webhooks/test', 200, { webhook_url: receiver.url });
  const test = workflow(`delivery-${delivery_id}`);
  await until(test, 'COMPLETED');
  await save('deliver-message-test', test);
}

interface Delivery {
  id: string;
  status: string;
  attempts: unknown[];
}

/** An alert that is true already; answers the delivery that it owes. */
async function firing(
  user: RegisteredUser,
  receiver: Receiver,
  targetPrice: number,
): Promise<{ alertId: string; id: string }> {
  const wish = { ticker: 'BTC', condition: 'gt', target_price: targetPrice, webhook_url: receiver.url };
  const { body: alert } = await user.call<{ id: string }>('POST', '/api/v1/alerts/', wish);
  const path = `/api/v1/alerts/${alert.id}/deliveries`;
  const id = await eventually(async () => {
    const { body } = await user.call<Delivery[]>('GET', path);
    if (body[0] === undefined) throw new Error('It has not fired yet');
    return body[0].id;
  });
  return { alertId: alert.id, id };
}

import { alertWorkflowId } from '../../src/temporal';
import { eventually } from '../support/eventually';
import type { Recorder } from './record-deliveries';

/** Records alerts with rules: how they deliver by children, pause, expire, are deleted, and grow out of plain ones. */
export async function recordRules({ client, receiver, user, save, until }: Recorder): Promise<void> {
  let threshold = 20_000;
  const create = async (wish: object) => {
    threshold += 1;
    const body = { ticker: 'BTC', condition: 'gt', threshold, webhook_url: receiver.url, ...wish };
    const answer = await user.call<{ id: string }>('POST', '/api/v1/alerts/', body);
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
    const { id } = answer.body;
    return { id, handle: client.workflow.getHandle(alertWorkflowId(id)) };
  };
  const change = async (id: string, body: object) => {
    const answer = await user.call('PATCH', `/api/v1/alerts/${id}`, body);
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  };
  const inState = (handle: { query(name: string): Promise<unknown> }, state: string) =>
    eventually(async () => {
      const now = (await handle.query('status')) as { state: string };
      if (now.state !== state) throw new Error(now.state);
    });

  receiver.reset();
  const once = await create({ threshold: 1, repeat: { every: '1h', max_firings: 1 } });
  await until(once.handle, 'COMPLETED');
  await save('watch-alert-fired', once.handle);

  receiver.answer(500);
  const twice = [receiver.url, `${receiver.url}/other`];
  const several = await create({
    threshold: 2,
    webhook_url: undefined,
    webhook_urls: twice,
    repeat: { every: '1h' },
  });
  await receiver.waitFor(3);
  await eventually(async () => {
    const { body } = await user.call<{ status: string }[]>('GET', `/api/v1/alerts/${several.id}/deliveries`);
    if (!body.every(({ status }) => status === 'failed')) throw new Error(JSON.stringify(body));
  });
  await change(several.id, { paused: true });
  await inState(several.handle, 'paused');
  await change(several.id, { paused: false });
  await inState(several.handle, 'waiting');
  await save('watch-alert-repeating', several.handle);

  receiver.reset();
  receiver.answer((_, response) => response.writeHead(503, { 'retry-after': '60' }).end());
  const cut = await create({ threshold: 3, repeat: { every: '1h' } });
  await receiver.waitFor(1);
  await user.call('DELETE', `/api/v1/alerts/${cut.id}`);
  await until(cut.handle, 'COMPLETED');
  await save('watch-alert-deleted-while-delivering', cut.handle);

  receiver.reset();
  const repeat = { every: '1h' };
  const expires_at = new Date(Date.now() + 2_000).toISOString();
  const expiring = await create({ threshold: 1e9, repeat, expires_at });
  await until(expiring.handle, 'COMPLETED');
  await save('watch-alert-expired', expiring.handle);

  receiver.reset();
  const told = await create({ threshold: 1e9, repeat });
  await inState(told.handle, 'waiting');
  await change(told.id, { threshold: 4 });
  await receiver.waitFor(1);
  await eventually(async () => {
    const { events } = await told.handle.fetchHistory();
    if (!events?.some((event) => event.childWorkflowExecutionCompletedEventAttributes))
      throw new Error('Its child has not ended');
  });
  await inState(told.handle, 'waiting');
  await save('watch-alert-told', told.handle);

  const grown = await create({ threshold: 1e9 });
  await inState(grown.handle, 'waiting');
  const { runId } = await grown.handle.describe();
  await change(grown.id, { repeat });
  await eventually(async () => {
    if ((await grown.handle.describe()).type !== 'watchAlert') throw new Error('It is still a plain one');
  });
  await save('price-alert-grown', client.workflow.getHandle(alertWorkflowId(grown.id), runId));
}

import { createTestDatabase } from '../support/database';
import { eventually } from '../support/eventually';
import { startReceiver } from '../support/receiver';
import { createTestNamespace } from '../support/temporal';

describe('test support', () => {
  it('gives each suite a migrated database', async () => {
    const { db, drop } = await createTestDatabase();
    expect(await db.selectFrom('alerts').selectAll().execute()).toEqual([]);
    await drop();
  });

  it('gives each suite a namespace in which workflows start at once', async () => {
    const { client, close } = await createTestNamespace();
    const handle = await client.workflow.start('nothing', {
      workflowId: 'one',
      taskQueue: 'nobody-polls',
      args: [],
    });
    expect((await handle.describe()).status.name).toBe('RUNNING');
    await close();
  });

  it('records webhooks', async () => {
    const { url, waitFor, answer, close } = await startReceiver();
    answer(500);
    const response = await fetch(url, { method: 'POST', body: 'hello', headers: { 'webhook-id': 'msg_1' } });
    expect(response.status).toBe(500);
    expect(await waitFor(1)).toEqual([
      expect.objectContaining({
        body: 'hello',
        path: '/hook',
        headers: expect.objectContaining({ 'webhook-id': 'msg_1' }),
      }),
    ]);
    await close();
  });

  it('waits until a check no longer throws', async () => {
    let calls = 0;
    const result = await eventually(() => {
      calls += 1;
      if (calls < 3) throw new Error('not yet');
      return 'done';
    });
    expect(result).toBe('done');
  });
});

import { deleteOldTicks } from '../../src/activities/tidy';
import { eventually } from '../support/eventually';
import { createTestNamespace, type TestNamespace } from '../support/temporal';

let temporal: TestNamespace;
beforeAll(async () => {
  temporal = await createTestNamespace();
});
afterAll(() => temporal.close());

describe('deleteOldTicks', () => {
  it('deletes closed service workflows, and neither running ones nor those of alerts', async () => {
    const { client } = temporal;
    const start = (type: string, workflowId: string) =>
      client.workflow.start(type, { workflowId, taskQueue: 'nobody-listens' });
    const closed = await start('ingestQuotes', 'tick-closed');
    const running = await start('ingestQuotes', 'tick-running');
    const alert = await start('priceAlert', 'alert-closed');
    await closed.terminate();
    await alert.terminate();
    // Nothing is old enough yet.
    expect(await deleteOldTicks(client)).toBe(0);
    await eventually(async () => expect(await deleteOldTicks(client, 0)).toBe(1));
    await eventually(async () => await expect(closed.describe()).rejects.toThrow());
    expect((await running.describe()).status.name).toBe('RUNNING');
    expect((await alert.describe()).status.name).toBe('TERMINATED');
  }, 120_000);
});

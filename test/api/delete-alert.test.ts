import { ALERT, ALERT_NOT_FOUND, addUser, type TestUser, useApi } from './api';

describe('DELETE /alerts/{id}', () => {
  const api = useApi();
  let user: TestUser;
  let id: string;

  beforeEach(async () => {
    user = await addUser(api().db);
    id = (await api().ask('POST /api/v1/alerts/', { key: user.key, body: ALERT })).json.id;
  });

  const remove = (alertId: string, key = user.key) => api().ask(`DELETE /api/v1/alerts/${alertId}`, { key });
  const addDelivery = (status: 'pending' | 'delivered', firing: number) =>
    api()
      .db.insertInto('deliveries')
      .values({
        ...{ id: `msg_${id}_${firing}`, alert_id: id, user_id: user.id, firing_number: firing, status },
        market: 'replay',
        ...{ url: ALERT.webhook_url, body: '{}', next_attempt_at: status === 'pending' ? new Date() : null },
      })
      .execute();

  it('answers 204 without a body, and tells the workflow', async () => {
    const { status, text } = await remove(id);
    expect(status).toBe(204);
    expect(text).toBe('');
    expect(api().workflows.changedIds).toContain(id);
  });

  it('makes the alert disappear everywhere', async () => {
    await addDelivery('delivered', 1);
    await remove(id);
    for (const call of [
      'GET /api/v1/alerts/ID',
      'GET /api/v1/alerts/ID/deliveries',
      'DELETE /api/v1/alerts/ID',
    ]) {
      const { status, json } = await api().ask(call.replace('ID', id), { key: user.key });
      expect(status).toBe(404);
      expect(json).toEqual(ALERT_NOT_FOUND);
    }
    expect((await api().ask('GET /api/v1/alerts', { key: user.key })).json).toEqual([]);
  });

  it('deletes one that has fired, and cancels what it still owes', async () => {
    const { db } = api();
    await db.updateTable('alerts').set({ status: 'fired' }).where('id', '=', id).execute();
    await addDelivery('delivered', 1);
    await addDelivery('pending', 2);
    expect((await remove(id)).status).toBe(204);
    const rows = await db
      .selectFrom('deliveries')
      .select(['status', 'next_attempt_at'])
      .where('alert_id', '=', id)
      .orderBy('firing_number')
      .execute();
    expect(rows).toEqual([
      { status: 'delivered', next_attempt_at: null },
      { status: 'cancelled', next_attempt_at: null },
    ]);
  });

  it('succeeds once when asked many times at once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => remove(id)));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, ...Array(7).fill(404)]);
    expect(api().workflows.changedIds.filter((changed) => changed === id)).toHaveLength(1);
  });

  it("answers the same 404 for an unknown alert, another user's and what is no id, and touches nothing", async () => {
    const stranger = await addUser(api().db);
    for (const answer of [
      await remove('3f0e5a54-6f0c-4f6e-9d3c-0d7a3c1b2e4f'),
      await remove(id, stranger.key),
      await remove('nonsense'),
    ]) {
      expect(answer.status).toBe(404);
      expect(answer.json).toEqual(ALERT_NOT_FOUND);
    }
    expect((await api().ask(`GET /api/v1/alerts/${id}`, { key: user.key })).status).toBe(200);
    expect(api().workflows.changedIds).not.toContain(id);
  });
});

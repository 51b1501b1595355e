import { rotatedSecretSchema } from '../../src/api/answers/users';
import { deleteEndedSecrets } from '../../src/db/secret-rotation';
import { testBox } from '../support/secrets';
import { beginNext, publishPrices, seedAlert } from '../support/seed';
import { addUser, INVALID_KEY, type TestUser, useApi } from './api';

const CALL = 'POST /api/v1/webhook-secret/rotate';
const DAY_MS = 86_400_000;

describe('POST /webhook-secret/rotate', () => {
  const api = useApi();
  let user: TestUser;
  let tick = Date.UTC(2026, 0, 1);

  beforeEach(async () => {
    user = await addUser(api().db);
  });

  const rotate = (body?: unknown) => api().ask(CALL, { key: user.key, body });
  /** What an attempt at this moment signs with, in this order. */
  async function signing(): Promise<string[]> {
    const { db } = api();
    const alertId = await seedAlert(db, { userId: user.id, targetPrice: 1 });
    tick += 10_000;
    await publishPrices(db, new Date(tick), { BTC: 100 });
    const { id } = await db
      .selectFrom('deliveries')
      .select('id')
      .where('alert_id', '=', alertId)
      .executeTakeFirstOrThrow();
    const begun = await beginNext(db, id);
    return (begun?.secrets ?? []).map((sealed) => testBox.open(sealed, user.id));
  }
  const rows = () =>
    api().db.selectFrom('webhook_secrets').selectAll().where('user_id', '=', user.id).execute();

  it('without a body, has both sign for a day, the newest first', async () => {
    const [first] = await signing();
    const before = Date.now();
    const { status, json } = await rotate();
    expect(status).toBe(200);
    expect(rotatedSecretSchema.parse(json)).toEqual(json);
    expect(json.webhook_secret).toMatch(/^whsec_/);
    expect(await signing()).toEqual([json.webhook_secret, first]);
    const expiresAt = Date.parse(json.previous_expires_at);
    expect(expiresAt).toBeGreaterThanOrEqual(before + DAY_MS - 1_000);
    expect(expiresAt).toBeLessThanOrEqual(Date.now() + DAY_MS + 1_000);
    const old = (await rows()).find(({ expires_at }) => expires_at !== null);
    expect(old?.expires_at?.toISOString()).toBe(json.previous_expires_at);
  });

  it('takes a grace period, and none ends all others at once', async () => {
    const { json: second } = await rotate({ grace_period: '7d' });
    const { json: third } = await rotate({ grace_period: '1.5h' });
    expect(await signing()).toHaveLength(3);
    // The grace is for all those before: one that had longer ends with it.
    for (const { expires_at } of await rows())
      expect([null, third.previous_expires_at]).toContain(expires_at?.toISOString() ?? null);
    const { json: fourth } = await rotate({ grace_period: '0s' });
    expect(await signing()).toEqual([fourth.webhook_secret]);
    expect(new Set([second, third, fourth].map((json) => json.webhook_secret)).size).toBe(3);
    expect(await rows()).toHaveLength(1);
  });

  it('stops signing with a secret at its time, and the reconciliation forgets it', async () => {
    const { json } = await rotate();
    await api()
      .db.updateTable('webhook_secrets')
      .set({ expires_at: new Date(Date.now() - 1_000) })
      .where('user_id', '=', user.id)
      .where('expires_at', 'is not', null)
      .execute();
    expect(await signing()).toEqual([json.webhook_secret]);
    expect(await rows()).toHaveLength(2);
    expect(await deleteEndedSecrets(api().db)).toBe(1);
    expect(await rows()).toHaveLength(1);
  });

  it('answers 409 rather than have more than five sign, and 0s helps', async () => {
    for (let n = 1; n < 5; n++) expect((await rotate({ grace_period: '1h' })).status).toBe(200);
    const { status, json } = await rotate({ grace_period: '1h' });
    expect(status).toBe(409);
    expect(json.detail).toContain('5 webhook secrets sign already');
    expect(await signing()).toHaveLength(5);
    expect((await rotate({ grace_period: '0s' })).status).toBe(200);
    expect(await signing()).toHaveLength(1);
  });

  it('many at once leave one current secret, and five at most', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => rotate({ grace_period: '1h' })));
    const made = answers.filter(({ status }) => status === 200).map(({ json }) => json.webhook_secret);
    expect(made).toHaveLength(4);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(8);
    const [newest, ...others] = await signing();
    expect(others).toHaveLength(4);
    expect(made).toContain(newest);
    expect((await rows()).filter(({ expires_at }) => expires_at === null)).toHaveLength(1);
  });

  it.each([
    [{ grace_period: '8d' }, 'from 0s to 7d'],
    [{ grace_period: '-1h' }, 'from 0s to 7d'],
    [{ grace_period: '24' }, 'from 0s to 7d'],
    [{ grace_period: 24 }, 'from 0s to 7d'],
    [{ grace: '24h' }, 'Unknown field'],
    [[], 'must be a JSON object'],
  ])('answers 422 to %j', async (body, words) => {
    const { status, json } = await rotate(body);
    expect(status).toBe(422);
    expect(json.detail).toContain(words);
    expect(await rows()).toHaveLength(1);
  });

  it('needs a key', async () => {
    expect((await api().ask(CALL)).status).toBe(401);
  });

  it('logs no secret and stores none that can be read', async () => {
    const { json } = await rotate();
    expect(JSON.stringify(api().logged())).not.toContain(json.webhook_secret);
    expect(JSON.stringify(await rows())).not.toContain(json.webhook_secret.slice(6));
  });

  it('of a user who leaves meanwhile answers 401, and leaves no secret behind', async () => {
    const answers = await Promise.all([
      ...[1, 2].map(() => rotate()),
      api().ask('DELETE /api/v1/users/me', { key: user.key }),
      ...[1, 2].map(() => rotate()),
    ]);
    for (const { status, json } of answers) {
      expect([200, 204, 401]).toContain(status);
      if (status === 401) expect(json).toEqual(INVALID_KEY);
    }
    expect(await rows()).toEqual([]);
  });
});

import { type AlertChange, changeAlert } from '../../src/db/alert-changes';
import { readForCheck, recordCheck, recordRest } from '../../src/db/checks';
import { claimOne } from '../../src/db/claims';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { publishPrices, seedAlert, seedUser } from '../support/seed';

const MAX = 1_000;

describe('changeAlert(db, own, change, maxActive)', () => {
  let database: TestDatabase;
  let userId: string;
  let tick = Date.UTC(2026, 0, 1);

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    await database.db.deleteFrom('alerts').execute();
    userId = (await seedUser(database.db)).id;
  });

  const publish = (price: number) => {
    tick += 10_000;
    return publishPrices(database.db, new Date(tick), { BTC: price });
  };
  const change = (id: string, wish: AlertChange) =>
    changeAlert(database.db, { id, userId, market: 'replay' }, wish, MAX);
  const row = (id: string) =>
    database.db.selectFrom('alerts').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  const deliveries = (id: string) =>
    database.db.selectFrom('deliveries').select(['url', 'body']).where('alert_id', '=', id).execute();
  /** The workflow's own check, as the activity makes it. */
  const check = async (id: string) => {
    const read = await readForCheck(database.db, id);
    return await claimOne(database.db, id, read?.lastSeq ?? '0');
  };

  it('pauses: nothing fires, whoever looks', async () => {
    const id = await seedAlert(database.db, { userId, targetPrice: 100 });
    await change(id, { paused: true });
    expect(await publish(150)).toBe(0);
    expect(await check(id)).toBeUndefined();
    expect(await row(id)).toMatchObject({ status: 'paused', firing_number: 0 });
  });

  it('resumes at the next quote, and makes up for none', async () => {
    const id = await seedAlert(database.db, { userId, targetPrice: 100 });
    await change(id, { paused: true });
    await publish(150);
    await change(id, { paused: false });
    expect(await check(id)).toBeUndefined();
    expect(await publish(160)).toBe(1);
    expect(await row(id)).toMatchObject({ status: 'fired', triggered_price: '160' });
  });

  it('moves the line: quotes before count for nothing, quotes after for the new one', async () => {
    const id = await seedAlert(database.db, { userId, targetPrice: 200 });
    await publish(150);
    await change(id, { targetPrice: '100' });
    expect(await check(id)).toBeUndefined();
    await change(id, { condition: 'lt' });
    expect(await publish(150)).toBe(0);
    expect(await publish(99)).toBe(1);
  });

  it('sends to the URL of the moment of firing', async () => {
    const id = await seedAlert(database.db, { userId, targetPrice: 100, webhookUrl: 'http://one.example/' });
    await change(id, { webhookUrl: 'http://two.example/' });
    await publish(150);
    expect(await change(id, { webhookUrl: 'http://three.example/' })).toEqual({ refusal: 'fired' });
    expect(await deliveries(id)).toMatchObject([{ url: 'http://two.example/' }]);
  });

  it('and a firing at the same time: one wins', async () => {
    for (let round = 0; round < 5; round += 1) {
      const ids = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          seedAlert(database.db, { userId, targetPrice: 100 + round + index / 1_000 }),
        ),
      );
      const wishes: AlertChange[] = [{ paused: true }, { condition: 'lt' }, { targetPrice: '1000' }];
      const [, ...results] = await Promise.all([
        publish(500),
        ...ids.map((id, index) => {
          const wish = wishes[index % wishes.length] as AlertChange;
          // Each its own target, or they would become identical.
          const more = wish.targetPrice && { targetPrice: `${1_000 + round}.${index + 10}` };
          return change(id, { ...wish, ...more });
        }),
        ...ids.map(check),
      ]);
      for (const [index, id] of ids.entries()) {
        const result = results[index] as Awaited<ReturnType<typeof change>>;
        const { status } = await row(id);
        if ('refusal' in result) {
          expect([result.refusal, status]).toEqual(['fired', 'fired']);
          expect(await deliveries(id)).toHaveLength(1);
        } else {
          expect(status).toBe(result.alert.status);
          expect(status).not.toBe('fired');
          expect(await deliveries(id)).toHaveLength(0);
        }
      }
    }
  });

  it('is not overlooked by a check that has read the row before', async () => {
    const id = await seedAlert(database.db, { userId, targetPrice: 100 });
    const before = await readForCheck(database.db, id);
    await change(id, { targetPrice: '200' });
    const { next_check_at } = await row(id);
    if (before === undefined) throw new Error('It is not there');
    await recordCheck(database.db, id, before, 3_600_000);
    expect((await row(id)).next_check_at).toEqual(next_check_at);
    await change(id, { paused: true });
    const paused = await readForCheck(database.db, id);
    await change(id, { paused: false });
    await change(id, { paused: true });
    await recordRest(database.db, id, paused?.version as string);
    expect((await row(id)).next_check_at).not.toBeNull();
    await recordRest(database.db, id, (await readForCheck(database.db, id))?.version as string);
    expect((await row(id)).next_check_at).toBeNull();
  });
});

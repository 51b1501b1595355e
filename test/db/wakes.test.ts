import { sql } from 'kysely';
import { countUnderWay, hasUnwoken, markWoken, unwokenDeliveries } from '../../src/db/wakes';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { finish } from '../support/endpoints';
import { beginNext, publishPrices, seedAlert, seedUser } from '../support/seed';

describe('whom to wake', () => {
  let database: TestDatabase;
  let many: string;
  let one: string;
  let tick = Date.UTC(2026, 0, 1);

  const publish = (price: number) => {
    tick += 10_000;
    return publishPrices(database.db, new Date(tick), { BTC: price });
  };

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    await database.db.deleteFrom('alerts').execute();
    many = (await seedUser(database.db)).id;
    one = (await seedUser(database.db)).id;
    await publish(90);
    for (const targetPrice of [100, 101, 102, 103])
      await seedAlert(database.db, { userId: many, targetPrice });
    await publish(110);
    await seedAlert(database.db, { userId: one, targetPrice: 111 });
    await publish(120);
  });

  it.each(['oldest', 'newest'] as const)('takes turns by user, %s first', async (order) => {
    const owners = (await unwokenDeliveries(database.db, order, 2)).map(({ ownerId }) => ownerId);
    expect(owners.sort()).toEqual([many, one].sort());
    expect(await unwokenDeliveries(database.db, order, 10)).toHaveLength(5);
  });

  it.each(['oldest', 'newest'] as const)(
    'takes of every user as many as there is room for, %s first',
    async (order) => {
      const wake = async (most: number, underWay: [string, number][]) => {
        const found = await unwokenDeliveries(database.db, order, 10, { most, underWay: new Map(underWay) });
        return found.map(({ ownerId }) => ownerId).sort();
      };
      expect(await wake(2, [])).toEqual([many, many, one].sort());
      expect(await wake(10, [[many, 10]])).toEqual([one]);
      expect(await wake(10, [[many, 12]])).toEqual([one]);
      expect(await wake(10, [[many, 9]])).toEqual([many, one].sort());
    },
  );

  it('counts as under way what was woken and is due, until it is over or waits for its next attempt', async () => {
    const { db } = database;
    const [first, second, third, ...others] = (await unwokenDeliveries(db, 'oldest', 10)).map(({ id }) => id);
    if (!first || !second || !third) throw new Error('Too few deliveries');
    const underWay = async () => {
      const byUser = await countUnderWay(db, 60_000);
      return (byUser.get(many) ?? 0) + (byUser.get(one) ?? 0);
    };
    const nextAttempt = (id: string, at: string) =>
      sql`update deliveries set next_attempt_at = now() + ${at}::interval where id = ${id}`.execute(db);
    expect(await underWay()).toBe(0);
    expect([await hasUnwoken(db), await hasUnwoken(db, 4), await hasUnwoken(db, 5)]).toEqual([
      true,
      true,
      false,
    ]);
    await markWoken(db, [first, second, third, ...others]);
    expect(await hasUnwoken(db)).toBe(false);
    expect(await underWay()).toBe(5);
    await beginNext(db, first);
    expect(await underWay()).toBe(5);
    await finish(db, first, 1, 200);
    expect(await underWay()).toBe(4);

    await beginNext(db, second);
    await finish(db, second, 1, 503);
    await nextAttempt(second, '10 seconds');
    expect(await underWay()).toBe(3);
    await nextAttempt(second, '-1 second');
    expect(await underWay()).toBe(4);

    await sql`update deliveries set woken_at = now() - interval '2 minutes'`.execute(db);
    await nextAttempt(third, '-2 minutes');
    expect(await underWay()).toBe(3);
  });
});

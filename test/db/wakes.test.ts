import { sql } from 'kysely';
import { countOnTheirWay, hasUnwoken, markWoken, unwokenDeliveries } from '../../src/db/wakes';
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
      const wake = async (others: number, of: [string, number][]) => {
        const found = await unwokenDeliveries(database.db, order, 10, { others, of: new Map(of) });
        return found.map(({ ownerId }) => ownerId).sort();
      };
      expect(await wake(2, [])).toEqual([many, many, one].sort());
      expect(await wake(10, [[many, 0]])).toEqual([one]);
      expect(await wake(10, [[many, -2]])).toEqual([one]);
      expect(await wake(10, [[many, 1]])).toEqual([many, one].sort());
    },
  );

  it('counts what queues, what is being made, and what waits for its next attempt', async () => {
    const { db } = database;
    const [first, second, third, ...others] = (await unwokenDeliveries(db, 'oldest', 10)).map(({ id }) => id);
    if (!first || !second || !third) throw new Error('Too few deliveries');
    const onTheirWay = async () => {
      const sums = { due: 0, retrying: 0, wokenLately: 0 };
      const byUser = await countOnTheirWay(db, 60_000);
      for (const user of [many, one]) {
        for (const [name, count] of Object.entries(byUser.get(user) ?? {}))
          sums[name as keyof typeof sums] += count;
      }
      return sums;
    };
    const nextAttempt = (id: string, at: string) =>
      sql`update deliveries set next_attempt_at = now() + ${at}::interval where id = ${id}`.execute(db);
    const woken = (at: string) => sql`update deliveries set woken_at = now() + ${at}::interval`.execute(db);

    expect(await onTheirWay()).toEqual({ due: 0, retrying: 0, wokenLately: 0 });
    expect([await hasUnwoken(db), await hasUnwoken(db, 4), await hasUnwoken(db, 5)]).toEqual([
      true,
      true,
      false,
    ]);
    await markWoken(db, [first, second, third, ...others]);
    expect(await hasUnwoken(db)).toBe(false);
    await woken('1 minute');
    expect(await onTheirWay()).toEqual({ due: 5, retrying: 0, wokenLately: 5 });
    await woken('-10 seconds');
    expect(await onTheirWay()).toMatchObject({ due: 5, wokenLately: 0 });

    await beginNext(db, first);
    expect(await onTheirWay()).toMatchObject({ due: 5 });
    await finish(db, first, 1, 200);
    expect(await onTheirWay()).toMatchObject({ due: 4 });

    await beginNext(db, second);
    await finish(db, second, 1, 503);
    await nextAttempt(second, '10 seconds');
    expect(await onTheirWay()).toMatchObject({ due: 3, retrying: 1 });
    await nextAttempt(second, '-1 second');
    expect(await onTheirWay()).toMatchObject({ due: 4, retrying: 0 });

    await woken('-2 minutes');
    await nextAttempt(third, '-2 minutes');
    expect(await onTheirWay()).toMatchObject({ due: 3 });
  });
});

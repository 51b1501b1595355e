import { sql } from 'kysely';
import { countQueued, hasUnwoken, markWoken, unwokenDeliveries } from '../../src/db/wakes';
import { createTestDatabase, type TestDatabase } from '../support/database';
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
    'leaves users out, and takes a few of each, %s first',
    async (order) => {
      const wake = async (usersLeftOut: string[], perUser: number) => {
        const found = await unwokenDeliveries(database.db, order, 10, { usersLeftOut, perUser });
        return found.map(({ ownerId }) => ownerId).sort();
      };
      expect(await wake([many], 10)).toEqual([one]);
      expect(await wake([], 2)).toEqual([many, many, one].sort());
    },
  );

  it('counts as queued what was woken just now and has not begun', async () => {
    const ids = (await unwokenDeliveries(database.db, 'oldest', 10)).map(({ id }) => id);
    const queued = async () => {
      const byUser = await countQueued(database.db, 10_000);
      return (byUser.get(many) ?? 0) + (byUser.get(one) ?? 0);
    };
    expect(await queued()).toBe(0);
    expect(await hasUnwoken(database.db)).toBe(true);
    await markWoken(database.db, ids);
    expect(await hasUnwoken(database.db)).toBe(false);
    expect(await queued()).toBe(5);
    await beginNext(database.db, ids[0] as string);
    expect(await queued()).toBe(4);
    await sql`update deliveries set woken_at = now() - interval '1 minute'`.execute(database.db);
    expect(await queued()).toBe(0);
  });
});

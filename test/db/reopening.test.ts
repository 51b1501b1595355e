import { sql } from 'kysely';
import { MOST_RECOVERED, MOST_ROUNDS, recoverFailed } from '../../src/db/reopening';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { seedUser } from '../support/seed';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

const span = { since: new Date('2026-01-01'), until: new Date('2026-01-03') };

/** Failed deliveries, a second apart, each of an alert of its own and with one attempt. */
async function seedFailed(count: number): Promise<{ userId: string; market: 'replay' }> {
  const { id: userId } = await seedUser(database.db);
  await sql`
    with fired as (
      insert into alerts (user_id, market, ticker, condition, target_price, webhook_url, status, firing_number, armed_seq, checked_seq)
      select ${userId}, 'replay', 'BTC', 'gt', n, 'http://127.0.0.1:9/hook', 'fired', 1, 0, 0
      from generate_series(1, ${count}::int) as n
      returning id, user_id, target_price
    ),
    failed as (
      insert into deliveries (id, alert_id, user_id, market, firing_number, url, body, status, woken_at, created_at)
      select 'msg_' || replace(id::text, '-', ''), id, user_id, 'replay', 1, 'http://127.0.0.1:9/hook', '{}', 'failed', now(),
        ${span.since}::timestamptz + target_price::int * interval '1 second'
      from fired
      returning id
    )
    insert into attempts (delivery_id, number, outcome, ended_at) select id, 1, 'failed', now() from failed`.execute(
    database.db,
  );
  return { userId, market: 'replay' };
}

describe('recoverFailed', () => {
  it('opens the oldest ten thousand at once, and the rest when it is asked again', async () => {
    const owner = await seedFailed(MOST_RECOVERED + 1);
    expect(await recoverFailed(database.db, owner, span)).toBe(MOST_RECOVERED);
    const left = await database.db
      .selectFrom('deliveries as d')
      .innerJoin('alerts as a', 'a.id', 'd.alert_id')
      .select('a.target_price')
      .where('d.user_id', '=', owner.userId)
      .where('d.status', '=', 'failed')
      .execute();
    expect(left.map(({ target_price }) => Number(target_price))).toEqual([MOST_RECOVERED + 1]);
    expect(await recoverFailed(database.db, owner, span)).toBe(1);
    expect(await recoverFailed(database.db, owner, span)).toBe(0);
  });

  it('leaves out tests, and what was made again too often', async () => {
    const owner = await seedFailed(3);
    await sql`
      update deliveries set
        type = case extract(second from created_at) when 1 then 'webhook.test' else type end,
        round = case extract(second from created_at) when 2 then ${MOST_ROUNDS}::int else ${MOST_ROUNDS - 1}::int end
      where user_id = ${owner.userId}`.execute(database.db);
    expect(await recoverFailed(database.db, owner, span)).toBe(1);
  });

  it('opens each one once, however many ask at a time', async () => {
    const owner = await seedFailed(2_000);
    const opened = await Promise.all([1, 2, 3, 4].map(() => recoverFailed(database.db, owner, span)));
    expect(opened.reduce((sum, count) => sum + count)).toBe(2_000);
    const rounds = await database.db
      .selectFrom('deliveries')
      .select(['round', 'made_before', 'status'])
      .distinct()
      .where('user_id', '=', owner.userId)
      .execute();
    expect(rounds).toEqual([{ round: 1, made_before: 1, status: 'pending' }]);
  });
});

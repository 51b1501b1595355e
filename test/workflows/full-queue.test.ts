import { sql } from 'kysely';
import { nextPage } from '../../src/activities/wakes';
import { insertMessage } from '../../src/db/messages';
import { eventually } from '../support/eventually';
import { seedUser } from '../support/seed';
import { parts, useDeliveries, wakeAll } from './delivery-stack';

useDeliveries();

/** A message of no alert, which any delivery stands for. */
async function owe(userId: string): Promise<string> {
  const to = { userId, market: 'replay', url: parts.receiver.url } as const;
  return (await insertMessage(parts.database.db, { ...to, type: 'endpoint.disabled', data: {} })).id;
}

describe('where one user has', () => {
  let flooder: string;

  /** Deliveries of the flooder's that were woken just now, and wait for their turn. */
  const flood = (count: number) =>
    sql`
    insert into deliveries (id, user_id, market, firing_number, url, body, status, woken_at, next_attempt_at)
    select 'msg_' || n, ${flooder}, 'replay', 0, 'http://127.0.0.1:9/', '{}', 'pending', now(), now()
    from generate_series(1, ${count}::int) as n`.execute(parts.database.db);
  const endFlood = () =>
    sql`delete from deliveries where id like 'msg_%' and url = 'http://127.0.0.1:9/'`.execute(
      parts.database.db,
    );

  const inStatus = (id: string, status: string) =>
    eventually(async () => {
      const found = await parts.database.db
        .selectFrom('deliveries')
        .select('status')
        .where('id', '=', id)
        .execute();
      expect(found).toEqual([{ status }]);
    });

  beforeEach(async () => {
    flooder = (await seedUser(parts.database.db)).id;
  });

  it.each([
    ['as many deliveries due as one may have', 500],
    ['all places there are', 5_100],
  ])("%s, another's are made, and theirs in their turn", async (_, count) => {
    await flood(count);
    const theirs = await owe(flooder);
    const other = await owe(parts.user.id);
    const waking = wakeAll();
    await inStatus(other, 'delivered');
    await inStatus(theirs, 'pending');
    await endFlood();
    await inStatus(theirs, 'delivered');
    await waking;
  });

  it('one place left, it is theirs', async () => {
    await flood(499);
    const [first, second] = [await owe(flooder), await owe(flooder)];
    const waking = wakeAll();
    await inStatus(first, 'delivered');
    await inStatus(second, 'delivered');
    expect(parts.receiver.requests).toHaveLength(2);
    await endFlood();
    await waking;
  });

  it('even the reserved places, nobody is looked for again at once', async () => {
    await flood(6_000);
    const other = await owe(parts.user.id);
    const look = () => nextPage(parts.database.db, { timeoutMs: 10_000 }, 'oldest');
    expect(await look()).toEqual({ page: [], rest: 'queue full' });
    await sql`delete from deliveries where id = 'msg_1'`.execute(parts.database.db);
    expect(await look()).toEqual({ page: [expect.objectContaining({ id: other })], rest: 'more' });
    await endFlood();
    await wakeAll();
    await inStatus(other, 'delivered');
  });
});

import { sql, type Transaction } from 'kysely';
import { lockForArming, lockForPublishing } from '../../src/db/publish-lock';
import type { Database } from '../../src/db/schema';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { eventually } from '../support/eventually';

type Lock = (trx: Transaction<Database>) => Promise<void>;

describe('the publication lock', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  const arming: Lock = (trx) => lockForArming(trx, 'replay');
  const publishing: Lock = (trx) => lockForPublishing(trx, 'replay');
  const publishingLive: Lock = (trx) => lockForPublishing(trx, 'live');
  const take = (lock: Lock) => database.db.transaction().execute(lock);
  const waiting = async () =>
    (await sql`select from pg_locks where locktype = 'advisory' and not granted`.execute(database.db)).rows
      .length;

  it.each([
    ['arming', 'arming', arming, arming],
    ['publishing', 'publishing in another market', publishing, publishingLive],
    ['arming', 'publishing in another market', arming, publishingLive],
  ])('%s goes on beside %s', async (_one, _other, first, second) => {
    await database.db.transaction().execute(async (trx) => {
      await first(trx);
      await take(second);
    });
  });

  it.each([
    ['arming', 'publishing', arming, publishing],
    ['publishing', 'arming', publishing, arming],
    ['publishing', 'publishing', publishing, publishing],
  ])('%s holds back %s until its end', async (_one, _other, first, second) => {
    let later: Promise<void> | undefined;
    let isOver = false;
    await database.db.transaction().execute(async (trx) => {
      await first(trx);
      later = take(second).then(() => {
        expect(isOver).toBe(true);
      });
      await eventually(async () => expect(await waiting()).toBe(1));
      isOver = true;
    });
    await later;
  });

  it('lets nobody wait for a process that froze', async () => {
    const { rows } = await sql`show idle_in_transaction_session_timeout`.execute(database.db);
    expect(rows).toEqual([{ idle_in_transaction_session_timeout: '5s' }]);
  });
});

import { type Kysely, sql } from 'kysely';
import { claimCrossed } from '../../src/db/claims';
import { storeQuotes } from '../../src/db/publishing';
import type { Database } from '../../src/db/schema';
import { concernedBy } from '../../src/db/watches';
import { armed } from '../../src/domain/rule-watch';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { ABOVE_100 } from '../support/rules';
import { seedUser } from '../support/seed';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** By this connection, of either table. */
async function rowsRead(db: Kysely<Database>): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::int as count from pg_stat_xact_user_tables
    where relname in ('alerts', 'watches')`.execute(db);
  return rows[0]?.count ?? 0;
}

describe('the alerts that a tick concerns', () => {
  it('are read by themselves, however many others there are', async () => {
    const { db } = database;
    const { id } = await seedUser(db);
    await sql`
      insert into alerts (user_id, market, ticker, condition, webhook_url, rule, rule_key, armed_seq, checked_seq)
      select ${id}, 'replay', 'BTC', 'gt', 'http://127.0.0.1:9/', ${JSON.stringify(ABOVE_100)}::jsonb, n::text, 0, 0
      from generate_series(1, 20000) as n`.execute(db);
    await sql`
      insert into watches (alert_id, market, series, above, state)
      select id, 'replay', 'BTC price', 100 + rule_key::int, ${JSON.stringify(armed(ABOVE_100, 99))}::jsonb
      from alerts`.execute(db);
    await sql`analyze alerts, watches`.execute(db);
    const seen = [{ ticker: 'BTC', metric: 'price' as const, value: 110, atMs: Date.now() }];
    const [concerned, read] = await db.transaction().execute(async (trx) => {
      const before = await rowsRead(trx);
      const found = await concernedBy(trx, 'replay', seen);
      return [found, (await rowsRead(trx)) - before] as const;
    });
    expect(concerned).toHaveLength(10);
    expect(read).toBeLessThan(100);
  });

  it('are read by themselves, where they are plain, too', async () => {
    const { db } = database;
    const { id } = await seedUser(db);
    await sql`
      insert into alerts (user_id, market, ticker, condition, target_price, webhook_url, armed_seq, checked_seq)
      select ${id}, 'replay', 'BTC', 'gt', 100 + n, 'http://127.0.0.1:9/', 0, 0
      from generate_series(1, 20000) as n`.execute(db);
    await sql`analyze alerts`.execute(db);
    const tickAt = new Date();
    const quote = { ticker: 'BTC', price: 110.5, quotedAtMs: tickAt.getTime(), spread: 0, isJump: false };
    const [fired, read] = await db.transaction().execute(async (trx) => {
      await storeQuotes(trx, 'replay', tickAt, [{ ...quote, sources: ['okx'] }]);
      const before = await rowsRead(trx);
      const claimed = await claimCrossed(trx, 'replay', tickAt);
      return [claimed, (await rowsRead(trx)) - before] as const;
    });
    expect(fired).toBe(10);
    expect(read).toBeLessThan(200);
  });
});

import { type KyselyPlugin, sql, type UnknownRow } from 'kysely';
import { deleteOldTests, dropOldLogs } from '../../src/db/log-retention';
import { insertMessage } from '../../src/db/messages';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { seedFired, seedUser } from '../support/seed';

const DAY_MS = 86_400_000;
const SAID = {
  request_headers: JSON.stringify({ 'webhook-id': 'msg_1' }),
  response_headers: JSON.stringify({ server: 'nginx' }),
  response_body: 'no',
};
const NOTHING = { request_headers: null, response_headers: null, response_body: null };

describe('dropOldLogs', () => {
  let database: TestDatabase;
  let deliveryId: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    const { id: userId } = await seedUser(database.db);
    const webhookUrl = 'https://example.com/hook';
    ({ deliveryId } = await seedFired(database.db, { userId, webhookUrl }, new Date(Date.UTC(2026, 0, 1))));
  });
  afterAll(() => database.drop());
  beforeEach(() => database.db.deleteFrom('attempts').execute());

  const insert = (
    number: number,
    ageDays: number,
    said: Partial<Record<keyof typeof SAID, string | null>> = SAID,
  ) =>
    database.db
      .insertInto('attempts')
      .values({
        delivery_id: deliveryId,
        number,
        started_at: new Date(Date.now() - ageDays * DAY_MS),
        ended_at: new Date(Date.now() - ageDays * DAY_MS),
        outcome: 'failed',
        status_code: 503,
        error_class: 'http',
        error: 'The server answered 503.',
        duration_ms: 12,
        ...said,
      })
      .execute();
  const rows = () => database.db.selectFrom('attempts').selectAll().orderBy('number').execute();
  const silent = async () =>
    (await rows()).filter(({ response_body }) => response_body === null).map(({ number }) => number);

  it('forgets what was said in attempts that are older, and nothing else', async () => {
    await insert(1, 91);
    await insert(2, 89);
    const [before] = await rows();
    expect(await dropOldLogs(database.db, 90 * DAY_MS, 10)).toBe(1);
    const [old, young] = await rows();
    expect(old).toEqual({ ...before, ...NOTHING });
    expect(young).toMatchObject({ response_body: 'no', response_headers: { server: 'nginx' } });
    expect(young?.request_headers).toEqual({ 'webhook-id': 'msg_1' });
  });

  it('finds each of the three by itself, and none twice', async () => {
    let number = 0;
    for (const column of Object.keys(SAID) as (keyof typeof SAID)[]) {
      await insert(++number, 2, { [column]: SAID[column] });
    }
    expect(await dropOldLogs(database.db, DAY_MS, 10)).toBe(3);
    for (const row of await rows()) expect(row).toMatchObject(NOTHING);
    expect(await dropOldLogs(database.db, DAY_MS, 10)).toBe(0);
  });

  it('takes the oldest first, as many as it is told', async () => {
    for (const number of [1, 2, 3, 4, 5]) await insert(number, 10 - number);
    expect(await dropOldLogs(database.db, DAY_MS, 2)).toBe(2);
    expect(await silent()).toEqual([1, 2]);
    expect(await dropOldLogs(database.db, DAY_MS, 2)).toBe(2);
    expect(await dropOldLogs(database.db, DAY_MS, 2)).toBe(1);
    expect(await silent()).toEqual([1, 2, 3, 4, 5]);
  });

  it('waits for nobody who holds a row', async () => {
    await insert(1, 3);
    await insert(2, 2);
    await database.db.transaction().execute(async (trx) => {
      await trx.selectFrom('attempts').select('number').where('number', '=', 1).forUpdate().execute();
      expect(await dropOldLogs(database.db, DAY_MS, 10)).toBe(1);
    });
    expect(await silent()).toEqual([2]);
  });

  it('reads next to nothing where all that is old was dropped', async () => {
    await sql`
      insert into attempts (delivery_id, number, started_at, outcome, response_body)
      select ${deliveryId}, n, now() - make_interval(days => n / 200), 'failed', case when n < 10000 then 'no' end
      from generate_series(1, 20000) as n`.execute(database.db);
    await sql`analyze attempts`.execute(database.db);
    const plan = await planOf((db) => dropOldLogs(db, 90 * DAY_MS, 2_000));
    expect(plan).toContain('Index Scan using attempts_log');
    const read = [...plan.matchAll(/ Scan .*attempts.*actual rows=(\d+)/g)].map(([, rows]) => Number(rows));
    // A join may look whether its other side is empty.
    expect(Math.max(...read)).toBeLessThanOrEqual(1);
  });

  /** How PostgreSQL carried out the one statement that this work sends. */
  async function planOf(work: (db: TestDatabase['db']) => Promise<unknown>): Promise<string> {
    let lines: UnknownRow[] = [];
    const explaining: KyselyPlugin = {
      transformQuery: ({ node }) => {
        if (node.kind !== 'RawNode') throw new Error(`It is a ${node.kind}`);
        const [first = '', ...others] = node.sqlFragments;
        return { ...node, sqlFragments: [`explain (analyze, timing off) ${first}`, ...others] };
      },
      transformResult: async ({ result }) => {
        lines = result.rows;
        return result;
      },
    };
    await work(database.db.withPlugin(explaining));
    return lines.map((line) => line['QUERY PLAN']).join('\n');
  }
});

describe('deleteOldTests', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('forgets tests that are old and over, and no other delivery', async () => {
    const { db } = database;
    const { id: userId } = await seedUser(db);
    const webhookUrl = 'https://example.com/hook';
    const { deliveryId } = await seedFired(db, { userId, webhookUrl }, new Date(Date.UTC(2026, 0, 1)));
    const message = { userId, market: 'replay', type: 'webhook.test', url: webhookUrl, data: {} } as const;
    const ids = [];
    for (let n = 0; n < 4; n += 1) ids.push((await insertMessage(db, message)).id);
    const [old, young, open, another] = ids as [string, string, string, string];
    const age = (id: string, days: number, status: 'failed' | 'pending') =>
      db
        .updateTable('deliveries')
        .set({ created_at: new Date(Date.now() - days * DAY_MS), status })
        .where('id', '=', id)
        .execute();
    await age(old, 91, 'failed');
    await age(another, 100, 'failed');
    await age(young, 89, 'failed');
    await age(open, 91, 'pending');
    await age(deliveryId, 91, 'failed');
    expect(await deleteOldTests(db, 90 * DAY_MS, 1)).toBe(1);
    expect(await deleteOldTests(db, 90 * DAY_MS, 10)).toBe(1);
    const left = await db.selectFrom('deliveries').select('id').execute();
    expect(left.map(({ id }) => id).sort()).toEqual([deliveryId, young, open].sort());
  });
});

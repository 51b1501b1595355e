import { sql } from 'kysely';
import { connectDatabase } from '../../src/db/connect';
import { MOST_ENDPOINTS } from '../../src/db/endpoint-health';
import { reopenForUser } from '../../src/db/reopening';
import { makeDueNow } from '../../src/db/waiting-deliveries';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { attempt, endpointRows, failingSince, finish, RULE, seedDelivery } from '../support/endpoints';
import { beginNext, seedUser } from '../support/seed';

const BAD = 'https://bad.example.com/hook';

let database: TestDatabase;
let userId: string;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  userId = (await seedUser(database.db)).id;
});

const send = (url = BAD) => seedDelivery(database.db, { userId, url });
const rows = () => endpointRows(database.db, userId);
const statusOf = async (id: string) =>
  (
    await database.db
      .selectFrom('deliveries')
      .select(['status', 'next_attempt_at'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
  ).status;

async function fail(times: number, url = BAD): Promise<void> {
  for (let i = 0; i < times; i += 1) expect(await attempt(database.db, await send(url), 500)).toBe(true);
}

async function disabled(): Promise<void> {
  await fail(2);
  await failingSince(database.db, userId, 61);
  await fail(1);
  expect((await rows())[0]?.disabled_at).toBeInstanceOf(Date);
}

describe('webhook_host', () => {
  it.each([
    'https://hooks.example.com/alerts?key=1#part',
    'HTTPS://Hooks.Example.COM',
    'http://hooks.example.com:8080/',
    'http://hooks.example.com:80/x',
    'https://hooks.example.com:443?x=http://other.example/',
    'https://hooks.example.com:80/',
    'http://hooks.example.com:/',
    'https://hooks.example.com/@user/a%20b',
    'http://127.0.0.1:9000/hook',
    'http://[::1]:9000/hook',
    'http://[::1]/',
    'http://a.example#http://b.example:80',
  ])('says of %s what the URL standard does', async (url) => {
    const { rows: found } = await sql<{ host: string }>`select webhook_host(${url}) as host`.execute(
      database.db,
    );
    expect(found[0]?.host).toBe(new URL(url).host);
  });
});

describe("an endpoint's health", () => {
  it('has no row while nothing fails', async () => {
    await attempt(database.db, await send(), 204);
    expect(await rows()).toEqual([]);
  });

  it('counts the failures of a host, whatever the path, and forgets them with a success', async () => {
    await fail(1);
    await fail(1, 'https://BAD.example.com:443/other');
    await fail(1, 'https://other.example.com/');
    expect(await rows()).toMatchObject([
      {
        ...{ host: 'bad.example.com', failures: 2, failing_since: expect.any(Date) },
        ...{ last_error: 'The server answered 500.', last_status_code: 500, last_success_at: null },
      },
      { host: 'other.example.com', failures: 1 },
    ]);
    await attempt(database.db, await send(), 204);
    expect(await rows()).toMatchObject([
      { failures: 0, failing_since: null, last_success_at: expect.any(Date), last_status_code: 500 },
      { failures: 1 },
    ]);
  });

  it('counts so many hosts of a user and no more, and those that it counts as before', async () => {
    await sql`
      insert into endpoints (user_id, market, host, failures)
      select ${userId}, 'replay', n || '.example.com', 1 from generate_series(2, ${MOST_ENDPOINTS}::int) as n`.execute(
      database.db,
    );
    await fail(2);
    await fail(2, 'https://one-more.example.com/');
    const found = await rows();
    expect(found).toHaveLength(MOST_ENDPOINTS);
    expect(found.find(({ host }) => host === 'bad.example.com')).toMatchObject({ failures: 2 });
  });

  it('counts nothing twice when an outcome is recorded again', async () => {
    const id = await send();
    await attempt(database.db, id, 500);
    await finish(database.db, id, 1, 500);
    expect(await rows()).toMatchObject([{ failures: 1 }]);
  });

  it('says once a minute that an endpoint which had failed works', async () => {
    await fail(1);
    await attempt(database.db, await send(), 204);
    const [before] = await rows();
    await attempt(database.db, await send(), 204);
    expect(await rows()).toEqual([before]);
    await sql`update endpoints set last_success_at = now() - interval '2 minutes'`.execute(database.db);
    await attempt(database.db, await send(), 204);
    const [after] = await rows();
    expect(after?.last_success_at?.getTime()).toBeGreaterThan(Date.now() - 60_000);
  });

  it('is disabled by failures that are many and long enough, and not by fewer or shorter', async () => {
    await fail(4);
    expect(await rows()).toMatchObject([{ failures: 4, disabled_at: null }]);
    await attempt(database.db, await send(), 204);
    await fail(1);
    await failingSince(database.db, userId, 61);
    await fail(1);
    expect(await rows()).toMatchObject([{ failures: 2, disabled_at: null, notice_due_at: null }]);
    await fail(1);
    expect(await rows()).toMatchObject([
      { failures: 3, disabled_at: expect.any(Date), notice_due_at: expect.any(Date) },
    ]);
  });

  it('is not disabled where a success was recorded that nobody counted', async () => {
    await fail(2);
    await failingSince(database.db, userId, 61);
    const succeeded = await send();
    await beginNext(database.db, succeeded);
    const row = await rows();
    await database.db.transaction().execute(async (trx) => {
      await sql`select from endpoints where id = ${row[0]?.id} for no key update`.execute(trx);
      await finish(database.db, succeeded, 1, 204);
    });
    expect(await rows()).toEqual(row);
    await fail(1);
    expect(await rows()).toMatchObject([{ failures: 1, disabled_at: null }]);
    expect((await rows())[0]?.failing_since?.getTime()).toBeGreaterThan(Date.now() - 60_000);
  });
});

describe('a delivery to a disabled endpoint', () => {
  it('is skipped, also one that waits for its next attempt, and nobody else is', async () => {
    const waiting = await send();
    await attempt(database.db, waiting, 500);
    await sql`update deliveries set next_attempt_at = now() + interval '1 hour' where id = ${waiting}`.execute(
      database.db,
    );
    await disabled();
    const fresh = await send();
    for (const id of [waiting, fresh]) {
      expect(await beginNext(database.db, id)).toMatchObject({ number: null, endedAs: 'skipped' });
      expect(await statusOf(id)).toBe('skipped');
      expect(await beginNext(database.db, id)).toMatchObject({
        ...{ number: null, endedAs: null, deliveryStatus: 'skipped' },
      });
    }
    const other = await seedUser(database.db);
    const ids = [
      await send('https://good.example.com/'),
      await seedDelivery(database.db, { userId: other.id, url: BAD }),
    ];
    for (const id of ids) expect(await beginNext(database.db, id)).toMatchObject({ number: 1 });
  });

  it('is made once more where its user asks for it, and skipped again after that', async () => {
    await disabled();
    const id = await send();
    await beginNext(database.db, id);
    expect(await reopenForUser(database.db, id, { userId, market: 'replay' })).toEqual({
      workflowId: `redelivery-${id}`,
    });
    expect(await attempt(database.db, id, 500)).toBe(true);
    expect(await attempt(database.db, id, 500)).toBe(false);
    expect(await statusOf(id)).toBe('skipped');

    const hurried = await send();
    await makeDueNow(database.db, hurried, { userId, market: 'replay' });
    expect(await attempt(database.db, hurried, 204)).toBe(true);
    expect(await statusOf(hurried)).toBe('delivered');
    // That something arrives does not enable it: whether all else is to go there again is the user's to say.
    expect((await rows())[0]).toMatchObject({ disabled_at: expect.any(Date) });
  });

  it.each(['webhook.test', 'endpoint.disabled'] as const)('is made where it is a %s', async (type) => {
    await disabled();
    expect(await attempt(database.db, await seedDelivery(database.db, { userId, url: BAD, type }), 204)).toBe(
      true,
    );
  });

  it('counts as delivered where an attempt before, whose outcome was not known, turns out to have arrived', async () => {
    const id = await send();
    await beginNext(database.db, id);
    await disabled();
    expect(await beginNext(database.db, id)).toMatchObject({ number: null, endedAs: 'skipped' });
    await finish(database.db, id, 1, 204);
    expect(await statusOf(id)).toBe('delivered');
  });

  it('is given up, not skipped, where its attempts were all made', async () => {
    const id = await send();
    await attempt(database.db, id, 500);
    await disabled();
    expect(await beginNext(database.db, id, 1)).toMatchObject({ number: null, endedAs: null });
    expect(await statusOf(id)).toBe('pending');
  });
});

describe('many failures of one host at the same time', () => {
  const AT_ONCE = 200;

  it('are all recorded, none waits for the endpoint, and whoever holds it holds up nobody', async () => {
    const rule = { disableFailures: 10_000, disableAfterMs: 60_000 };
    const pool = connectDatabase(database.url, { maxConnections: 20, onIdleError: () => {} });
    try {
      const ids = await Promise.all(Array.from({ length: AT_ONCE }, () => send()));
      for (const id of ids) await beginNext(pool, id);
      await Promise.all(ids.map((id) => finish(pool, id, 1, 500, rule)));
      const [row] = await rows();
      expect(row?.failures).toBeGreaterThan(0);
      expect(row?.failures).toBeLessThanOrEqual(AT_ONCE);

      // Somebody has the row locked all the time: nothing is counted, and everything is recorded nevertheless.
      for (const id of ids) await beginNext(pool, id);
      await database.db.transaction().execute(async (trx) => {
        await sql`select from endpoints where id = ${row?.id} for update`.execute(trx);
        await Promise.all(ids.map((id) => finish(pool, id, 2, 500, rule)));
      });
      expect((await rows())[0]?.failures).toBe(row?.failures);
      const { outcomes } = await pool
        .selectFrom('attempts')
        .select(sql<number>`count(*) filter (where outcome = 'failed')::int`.as('outcomes'))
        .where('delivery_id', 'in', ids)
        .executeTakeFirstOrThrow();
      expect(outcomes).toBe(2 * AT_ONCE);
    } finally {
      await pool.destroy();
    }
  });

  it('disable it once', async () => {
    const ids = await Promise.all(Array.from({ length: 50 }, () => send()));
    for (const id of ids) await beginNext(database.db, id);
    await fail(2);
    await failingSince(database.db, userId, 61);
    await Promise.all(ids.map((id) => finish(database.db, id, 1, 500, RULE)));
    expect(await rows()).toMatchObject([{ disabled_at: expect.any(Date) }]);
  });
});

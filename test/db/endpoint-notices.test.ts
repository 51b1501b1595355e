import { sql } from 'kysely';
import { takeNotice } from '../../src/db/endpoint-notices';
import { endUser } from '../../src/db/users';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { attempt, endpointRows, failingSince, seedDelivery } from '../support/endpoints';
import { seedAlert, seedUser } from '../support/seed';

const BAD = 'https://bad.example.com/hook';

describe('takeNotice', () => {
  let database: TestDatabase;
  let userId: string;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    await database.db.deleteFrom('endpoints').execute();
    userId = (await seedUser(database.db)).id;
    for (let i = 0; i < 2; i += 1) await send(BAD, 500);
    await failingSince(database.db, userId, 61);
    await send(BAD, 503);
    expect(await rows()).toMatchObject([{ notice_due_at: expect.any(Date) }]);
  });

  const send = async (url: string, statusCode: number) =>
    attempt(database.db, await seedDelivery(database.db, { userId, url }), statusCode);
  const rows = () => endpointRows(database.db, userId);
  const messages = () =>
    database.db
      .selectFrom('deliveries')
      .select(['url', 'body', 'alert_id', 'status', 'woken_at'])
      .where('user_id', '=', userId)
      .where('type', '=', 'endpoint.disabled')
      .execute();

  it('tells the endpoint that was last delivered to, once, whoever takes it', async () => {
    await send('https://first.example.com/', 204);
    await send('https://last.example.com/', 204);
    await send('https://failing.example.com/', 500);
    await Promise.all(Array.from({ length: 5 }, () => takeNotice(database.db)));
    expect(await takeNotice(database.db)).toBe(false);
    const sent = await messages();
    expect(sent).toMatchObject([
      { url: 'https://last.example.com/', alert_id: null, status: 'pending', woken_at: null },
    ]);
    const [bad] = await rows();
    expect(JSON.parse(sent[0]?.body ?? '')).toEqual({
      ...{ type: 'endpoint.disabled', timestamp: expect.stringMatching(/Z$/), host: 'bad.example.com' },
      ...{ failing_since: bad?.failing_since?.toISOString(), failures: 3 },
      ...{ last_error: 'The server answered 503.', simulated: true },
    });
    expect(bad).toMatchObject({ disabled_at: expect.any(Date), notice_due_at: null });
  });

  it('tells a host that an active alert names where none was delivered to', async () => {
    await seedAlert(database.db, { userId, targetPrice: 1, webhookUrl: BAD });
    await seedAlert(database.db, { userId, targetPrice: 2, webhookUrl: 'https://new.example.com/x' });
    expect(await takeNotice(database.db)).toBe(true);
    expect(await messages()).toMatchObject([{ url: 'https://new.example.com/x' }]);
  });

  it('comes back later where there is nobody to tell, for a day', async () => {
    const seconds = async () => {
      const { rows: due } = await sql<{ s: number | null }>`
        select extract(epoch from notice_due_at - now())::float8 as s from endpoints where user_id = ${userId}`.execute(
        database.db,
      );
      return due[0]?.s;
    };
    expect(await takeNotice(database.db)).toBe(true);
    expect(await takeNotice(database.db)).toBe(false);
    expect(await messages()).toEqual([]);
    expect(await seconds()).toBeGreaterThan(500);

    await sql`update endpoints set notice_due_at = now(), disabled_at = now() - interval '25 hours'`.execute(
      database.db,
    );
    expect(await takeNotice(database.db)).toBe(true);
    expect(await seconds()).toBeNull();
  });

  it('tells nobody who has left', async () => {
    await send('https://good.example.com/', 204);
    await endUser(database.db, userId);
    expect(await takeNotice(database.db)).toBe(true);
    expect(await messages()).toEqual([]);
  });
});

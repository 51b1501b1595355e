import { type Kysely, sql } from 'kysely';
import { connectDatabase } from '../../src/db/connect';
import type { Database } from '../../src/db/schema';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { eventually } from '../support/eventually';
import { ALERT, addUser, type TestUser, withApi } from './api';

describe('errors', () => {
  let database: TestDatabase;
  let user: TestUser;

  beforeAll(async () => {
    database = await createTestDatabase();
    user = await addUser(database.db);
  });
  afterAll(() => database.drop());

  it('that nobody foresaw say nothing to the caller and everything to the log', async () => {
    const checkUrl = async () => {
      throw new Error('password=geheim');
    };
    await withApi(database, { parts: { checkUrl } }, async (api) => {
      const { status, json, headers } = await api.ask('POST /api/v1/alerts', { key: user.key, body: ALERT });
      expect(status).toBe(500);
      expect(json).toEqual({ error: 'HTTPException', detail: 'Internal Server Error', code: 500 });
      expect(api.logged()).toContainEqual(
        expect.objectContaining({
          level: 50,
          requestId: headers.get('x-request-id'),
          err: expect.objectContaining({
            message: 'password=geheim',
            stack: expect.stringContaining('errors.test'),
          }),
        }),
      );
    });
  });

  describe('of the database', () => {
    let db: Kysely<Database>;
    afterEach(() => db.destroy());

    it('are 503 with a time to come back when it is not reachable', async () => {
      const url = Object.assign(new URL(database.url), { port: '1' }).href;
      db = connectDatabase(url, { maxConnections: 1, onIdleError: () => {} });
      await withApi(database, { changes: { rateLimits: true }, parts: { db } }, async (api) => {
        for (const [call, ask] of [
          ['GET /api/v1/users/me', { key: user.key }],
          ['POST /api/v1/users/register', { body: { email: 'x@example.com' } }],
        ] as const) {
          const { status, json, headers } = await api.ask(call, ask);
          expect([status, json]).toEqual([
            503,
            { error: 'HTTPException', detail: 'The database is not reachable', code: 503 },
          ]);
          expect(headers.get('retry-after')).toBe('5');
        }
      });
    });

    it('pass when it is back', async () => {
      db = connectDatabase(database.url, { maxConnections: 2, onIdleError: () => {} });
      await withApi(database, { parts: { db } }, async (api) => {
        const me = async () => (await api.ask('GET /api/v1/users/me', { key: user.key })).status;
        expect(await me()).toBe(200);
        await sql`
          select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid()`.execute(database.db);
        expect([200, 503]).toContain(await me());
        await eventually(async () => expect(await me()).toBe(200));
      });
    });
  });
});

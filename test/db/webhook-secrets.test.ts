import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import { Client } from 'pg';
import { ConfigError } from '../../src/config';
import * as initial from '../../src/db/migrations/0001-initial';
import * as alertEngine from '../../src/db/migrations/0002-alert-engine';
import * as webhookSecrets from '../../src/db/migrations/0006-webhook-secrets';
import { cleanFiles } from '../../src/db/secret-files';
import { sealHeadersAnew, sealSecrets } from '../../src/db/webhook-secrets';
import { prepareDatabase } from '../../src/prepare';
import { startServer } from '../../src/server';
import { openHeaders, sealHeaders } from '../../src/webhooks/own-headers';
import { createSecretBox } from '../../src/webhooks/secret-box';
import { startWorkers } from '../../src/worker';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { eventually } from '../support/eventually';
import { TEST_SECRETS_KEY, testBox } from '../support/secrets';
import { seedAlert, seedUser } from '../support/seed';
import { testLog, testStack } from '../support/stack';

const unexpected = (left: string) => {
  throw new Error(left);
};
const testKey = Buffer.from(TEST_SECRETS_KEY, 'base64').toString('hex');

describe('webhook secrets in the database', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  const stored = async (userId: string) =>
    (
      await database.db
        .selectFrom('webhook_secrets')
        .select('secret')
        .where('user_id', '=', userId)
        .executeTakeFirstOrThrow()
    ).secret;
  const prepare = (...secretsKeys: string[]) =>
    prepareDatabase({ databaseUrl: database.url, secretsKeys }, unexpected);

  it('are moved out of the users by the migration, and encrypted by the step after it', async () => {
    const { db } = database;
    await sql`drop schema public cascade`.execute(db);
    await sql`create schema public`.execute(db);
    await initial.up(db as Kysely<unknown>);
    await alertEngine.up(db as Kysely<unknown>);
    const { rows } = await sql<{ id: string }>`
      insert into users (email, webhook_secret) values ('a@example.com', 'whsec_old') returning id`.execute(
      db,
    );
    await sql`insert into users (email, webhook_secret, is_active) values (null, null, false)`.execute(db);
    await webhookSecrets.up(db as Kysely<unknown>);
    const id = rows[0]?.id as string;
    expect(await stored(id)).toBe('whsec_old');
    expect(await sealSecrets(db, testBox)).toEqual({ plain: 1, older: 0 });
    expect(testBox.open(await stored(id), id)).toBe('whsec_old');
    const columns = await sql<{ column_name: string }>`
      select column_name from information_schema.columns where table_name = 'users'`.execute(db);
    expect(columns.rows.map(({ column_name }) => column_name)).not.toContain('webhook_secret');
    // The check was about the column that is gone, and stays for the address.
    await expect(sql`insert into users (email) values (null)`.execute(db)).rejects.toThrow(
      'users_active_email',
    );
  });

  const seal = async (...kept: [onKept: (what: string) => void, patienceMs?: number]) => {
    await sealSecrets(database.db, testBox);
    await cleanFiles(database.db, ...kept);
  };
  const openTransaction = async ({ db }: TestDatabase) => {
    const trx = await db.startTransaction().execute();
    await sql`select pg_current_xact_id()`.execute(trx);
    return trx;
  };
  const plainOnDisk = async () => {
    const { db } = database;
    const { id, webhook_secret } = await seedUser(db);
    await sql`update webhook_secrets set secret = ${webhook_secret} where user_id = ${id}`.execute(db);
    return async () => {
      await sql`checkpoint`.execute(db);
      const { rows } = await sql<{ found: boolean }>`
        select position(convert_to(${webhook_secret}, 'utf8') in
          pg_read_binary_file(pg_relation_filepath('webhook_secrets'))) > 0 as found`.execute(db);
      return rows[0]?.found;
    };
  };

  it('that were plain text are gone from the files of their tables', async () => {
    const isOnDisk = await plainOnDisk();
    expect(await isOnDisk()).toBe(true);
    await seal(unexpected);
    expect(await isOnDisk()).toBe(false);
  });

  // A snapshot reaches back to the oldest transaction of the whole server, and VACUUM FULL has a snapshot, too.
  it.each(['its own database', 'another database'])(
    'are gone though a transaction in %s was open',
    async (where) => {
      const isOnDisk = await plainOnDisk();
      const other = where === 'another database' ? await createTestDatabase() : null;
      const trx = await openTransaction(other ?? database);
      await Promise.all([seal(unexpected), sleep(1_000).then(() => trx.commit().execute())]);
      await other?.drop();
      expect(await isOnDisk()).toBe(false);
    },
  );

  it('are said to be there still where a transaction stays open, and are gone with the next start', async () => {
    const isOnDisk = await plainOnDisk();
    const trx = await openTransaction(database);
    const kept = jest.fn();
    await seal(kept, 500);
    await trx.commit().execute();
    expect(kept).toHaveBeenCalledWith(expect.stringContaining('the next `pricehook migrate`'));
    expect(await isOnDisk()).toBe(true);
    expect(await sealSecrets(database.db, testBox)).toEqual({ plain: 0, older: 0 });
    await cleanFiles(database.db, unexpected);
    expect(await isOnDisk()).toBe(false);
    const file = async () =>
      (await sql`select pg_relation_filepath('webhook_secrets') as path`.execute(database.db)).rows;
    const before = await file();
    await seal(unexpected);
    expect(await file()).toEqual(before);
  });

  it('are gone with the next start where their table could not be written anew', async () => {
    const isOnDisk = await plainOnDisk();
    const client = new Client({ connectionString: database.url });
    await client.connect();
    // It reads for long, and who waits for the table is cancelled.
    await client.query('begin; lock table webhook_secrets in access share mode');
    const failed = expect(seal(unexpected)).rejects.toThrow();
    await eventually(async () => {
      const { rows } = await sql`
        select pg_cancel_backend(pid) from pg_stat_activity
        where query like 'vacuum full webhook_secrets%' and wait_event_type = 'Lock'`.execute(database.db);
      expect(rows).toHaveLength(1);
    });
    await failed;
    await client.end();
    expect(await isOnDisk()).toBe(true);
    await seal(unexpected);
    expect(await isOnDisk()).toBe(false);
  });

  it('are encrypted anew under a new key, more than a page of them, and readable all the while', async () => {
    const { db } = database;
    const users = [];
    for (let n = 0; n < 12; n++) users.push(await seedUser(db));
    await sql`
      insert into webhook_secrets (user_id, secret, expires_at)
      select ${users[0]?.id}, (select secret from webhook_secrets where user_id = ${users[0]?.id}), now()
      from generate_series(1, 600)`.execute(db);
    const newKey = randomBytes(32).toString('hex');
    const box = createSecretBox([newKey, testKey]);
    expect(await sealSecrets(db, box)).toEqual({ plain: 0, older: 612 });
    expect(await sealSecrets(db, box)).toEqual({ plain: 0, older: 0 });
    const onlyNew = createSecretBox([newKey]);
    for (const { id, webhook_secret } of users)
      expect(onlyNew.open(await stored(id), id)).toBe(webhook_secret);
  });

  it('are not all that is encrypted: headers of alerts are, too', async () => {
    const { db } = database;
    const { id: userId } = await seedUser(db);
    const headers = { Authorization: 'Bearer x' };
    const sealed = sealHeaders(testBox, headers, userId);
    const ids = await Promise.all([1, 2, 3].map((targetPrice) => seedAlert(db, { userId, targetPrice })));
    await db.updateTable('alerts').set({ headers: sealed }).where('id', 'in', ids.slice(0, 2)).execute();
    const newKey = randomBytes(32).toString('hex');
    const box = createSecretBox([newKey, testKey]);
    await expect(prepare(newKey)).rejects.toThrow(testBox.keyId);
    await prepare(newKey, testKey);
    expect(await sealHeadersAnew(db, box)).toBe(0);
    const rows = await db.selectFrom('alerts').select(['id', 'headers']).orderBy('target_price').execute();
    const onlyNew = createSecretBox([newKey]);
    expect(rows.map((row) => row.headers && openHeaders(onlyNew, row.headers, userId))).toEqual([
      headers,
      headers,
      null,
    ]);
    await prepare(newKey);
    // The webhook secrets alone would open.
    await db
      .updateTable('alerts')
      .set({ headers: sealed })
      .where('id', '=', ids[0] as string)
      .execute();
    await expect(prepare(newKey)).rejects.toThrow(testBox.keyId);
    expect(await sealHeadersAnew(db, box)).toBe(1);
  });

  it('stop the start of everything whose key does not open them, with a clear message', async () => {
    await seedUser(database.db);
    const other = randomBytes(32).toString('hex');
    await expect(prepare(other)).rejects.toThrow(ConfigError);
    await expect(prepare(other)).rejects.toThrow(`SECRETS_KEY`);
    await expect(prepare(other)).rejects.toThrow(testBox.keyId);
    await prepare(other, testKey);
    await expect(prepare(testKey)).rejects.toThrow(ConfigError);
    await prepare(other);

    const stack = testStack({ databaseUrl: database.url, temporalAddress: '127.0.0.1:9' });
    await expect(startServer(stack, testLog)).rejects.toThrow(ConfigError);
    await expect(startWorkers(stack, testLog)).rejects.toThrow(ConfigError);
  });
});

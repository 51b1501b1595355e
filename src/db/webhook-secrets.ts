import { setTimeout as sleep } from 'node:timers/promises';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from './schema';

/** How webhook secrets are stored: see `SecretBox` in `src/webhooks/secret-box.ts`. */
export interface Sealing {
  keyId: string;
  keyIds: readonly string[];
  seal(secret: string, userId: string): string;
  open(sealed: string, userId: string): string;
}

const PAGE = 500;
const PATIENCE_MS = 60_000;
const IN_FILES = 'Plain text of secrets may stand in the files of this table and of users';

/** The id of the key that a secret is encrypted with; empty for plain text. */
const keyIdOf = sql<string>`case when secret like 'v1.%' then split_part(secret, '.', 2) else '' end`;

/** The id of the key that an alert's own headers are encrypted with; they never stood in plain text. */
const headersKeyId = sql<string>`split_part(headers, '.', 2)`;

/**
 * Encrypts what a migration left in plain text, and anew what an older key encrypted.
 * @param onKept hears where the plain text may still stand in the database's files, since a transaction stayed open for `patienceMs`
 * @returns how many were in plain text, and how many under an older key
 * @throws where one can't be opened; what was done before stays
 */
export async function sealSecrets(
  db: Kysely<Database>,
  box: Sealing,
  onKept: (what: string) => void,
  patienceMs = PATIENCE_MS,
): Promise<{ plain: number; older: number }> {
  const sealed = { plain: 0, older: 0 };
  let after = '00000000-0000-0000-0000-000000000000';
  while (true) {
    const { rows } = await sql<{ id: string; user_id: string; secret: string }>`
      select id, user_id, secret from webhook_secrets
      where id > ${after} and ${keyIdOf} <> ${box.keyId} order by id limit ${PAGE}`.execute(db);
    for (const { id, user_id, secret } of rows) {
      const isPlain = secret.startsWith('whsec_');
      if (isPlain && sealed.plain === 0) await noteInFiles(db, true);
      const plain = isPlain ? secret : box.open(secret, user_id);
      // Only as it was read: somebody else may have sealed it meanwhile.
      await sql`
        update webhook_secrets set secret = ${box.seal(plain, user_id)}
        where id = ${id} and secret = ${secret}`.execute(db);
      sealed[isPlain ? 'plain' : 'older'] += 1;
    }
    const last = rows.at(-1);
    if (last === undefined) break;
    after = last.id;
  }
  await cleanFiles(db, onKept, patienceMs);
  return sealed;
}

/**
 * Rows that were changed or lost a column keep the text on disk until their table is written anew. A note on the table tells the
 * next one to do it where this one dies, or has to leave some.
 */
async function cleanFiles(
  db: Kysely<Database>,
  onKept: (what: string) => void,
  patienceMs: number,
): Promise<void> {
  const { rows } = await sql<{ isNoted: boolean }>`
    select obj_description('webhook_secrets'::regclass) is not distinct from ${IN_FILES} as "isNoted"`.execute(
    db,
  );
  if (!rows[0]?.isNoted) return;
  const isGone = await untilNobodySees(db, patienceMs);
  await sql`vacuum full webhook_secrets`.execute(db);
  await sql`vacuum full users`.execute(db);
  if (isGone) return noteInFiles(db, false);
  onKept(
    'Transactions that are open for long keep the plain text of webhook secrets, which are encrypted by now, in the files of ' +
      'the database: the next `pricehook migrate` or start tries again',
  );
}

async function noteInFiles(db: Kysely<Database>, isInFiles: boolean): Promise<void> {
  await sql`comment on table webhook_secrets is ${isInFiles ? sql.lit(IN_FILES) : sql`null`}`.execute(db);
}

/**
 * Rows that a snapshot may still see are kept when a table is written anew: waits a while for snapshots in this database that are
 * older than now, and for older transactions of the whole server, to which the snapshot of `vacuum full` itself reaches back.
 * @returns whether all of them ended
 */
async function untilNobodySees(db: Kysely<Database>, patienceMs: number): Promise<boolean> {
  const { rows } = await sql<{ next: string }>`
    select pg_snapshot_xmax(pg_current_snapshot())::text as next`.execute(db);
  const next = rows[0]?.next;
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const older = await sql`
      select where pg_snapshot_xmin(pg_current_snapshot()) < ${next}::xid8
      union all
      select from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()
        and age(backend_xmin) > age(${next}::xid8::xid)`.execute(db);
    if (older.rows.length === 0) return true;
    if (Date.now() > deadline) return false;
    await sleep(50);
  }
}

/**
 * Encrypts the own headers of alerts anew that an older key encrypted.
 * @returns how many alerts had such
 * @throws where some can't be opened; what was done before stays
 */
export async function sealHeadersAnew(db: Kysely<Database>, box: Sealing): Promise<number> {
  let count = 0;
  let after = '00000000-0000-0000-0000-000000000000';
  while (true) {
    const { rows } = await sql<{ id: string; user_id: string; headers: string }>`
      select id, user_id, headers from alerts
      where id > ${after} and headers is not null and ${headersKeyId} <> ${box.keyId}
      order by id limit ${PAGE}`.execute(db);
    for (const { id, user_id, headers } of rows) {
      // Only as they were read: their user may have changed them meanwhile.
      await sql`
        update alerts set headers = ${box.seal(box.open(headers, user_id), user_id)}
        where id = ${id} and headers = ${headers}`.execute(db);
    }
    count += rows.length;
    const last = rows.at(-1);
    if (last === undefined) return count;
    after = last.id;
  }
}

/** The ids of keys that stored secrets, or alerts' own headers, need and `keyIds` does not hold. */
export async function missingKeyIds(db: Kysely<Database>, keyIds: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct ${keyIdOf} as id from webhook_secrets
    where ${keyIdOf} <> all(${[...keyIds, '']}::text[])
    union
    select ${headersKeyId} from alerts
    where headers is not null and ${headersKeyId} <> all(${[...keyIds]}::text[])`.execute(db);
  return rows.map(({ id }) => id);
}

/** Forgets a user's secrets; only for one who leaves. */
export async function deleteSecrets(trx: Transaction<Database>, userId: string): Promise<void> {
  await trx.deleteFrom('webhook_secrets').where('user_id', '=', userId).execute();
}

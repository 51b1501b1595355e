import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from './schema';
import { noteInFiles } from './secret-files';

/** How webhook secrets are stored: see `SecretBox` in `src/webhooks/secret-box.ts`. */
export interface Sealing {
  keyId: string;
  keyIds: readonly string[];
  seal(secret: string, userId: string): string;
  open(sealed: string, userId: string): string;
}

const PAGE = 500;

/** The id of the key that a secret is encrypted with; empty for plain text. */
const keyIdOf = sql<string>`case when secret like 'v1.%' then split_part(secret, '.', 2) else '' end`;

/** The id of the key that an alert's own headers are encrypted with; they never stood in plain text. */
const headersKeyId = sql<string>`split_part(headers, '.', 2)`;

/**
 * Encrypts what a migration left in plain text, and anew what an older key encrypted. `cleanFiles` is to follow.
 * @returns how many were in plain text, and how many under an older key
 * @throws where one can't be opened; what was done before stays
 */
export async function sealSecrets(
  db: Kysely<Database>,
  box: Sealing,
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
  return sealed;
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

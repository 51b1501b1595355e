import { type Kysely, sql, type Transaction } from 'kysely';
import { type AlertRefusal, type AlertRow, type NewAlert, tryInsertAlert } from './alerts';
import { insertRuleAlert, type NewRuleAlert } from './rule-alerts';
import type { Database } from './schema';

/** How long an answer is kept. */
const KEPT = sql`interval '24 hours'`;

/** A request that is to be carried out once, however often it is sent. */
export interface OnceOnly {
  userId: string;
  /** As its sender names it. */
  key: string;
  /** Of all that the request asks for: another one under the same key is refused. */
  requestHash: Buffer;
}

/** What became of a request before: its answer, or that the key belongs to another request. */
export type Before = { replayed: string } | { refusal: 'another request' };

/** What a user's key was answered with within the last 24 hours; undefined where it is new, or its request still under way. */
export async function findAnswer(db: Kysely<Database>, once: OnceOnly): Promise<Before | undefined> {
  const { rows } = await sql<{ same: boolean; answer: string }>`
    select request_hash = ${once.requestHash} as same, answer from idempotency_keys
    where user_id = ${once.userId} and key = ${once.key} and created_at > clock_timestamp() - ${KEPT}`.execute(
    db,
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  return row.same ? { replayed: row.answer } : { refusal: 'another request' };
}

/**
 * Inserts an alert as `insertAlert` does, together with the key and the answer, all or nothing; refusals are not kept.
 * @param answerOf what the request is answered with, then and whenever it comes again
 */
export async function insertAlertOnce(
  db: Kysely<Database>,
  alert: NewAlert | NewRuleAlert,
  once: OnceOnly,
  answerOf: (made: AlertRow) => string,
): Promise<AlertRow | Before | { refusal: AlertRefusal | 'in progress' }> {
  // Each in a transaction of its own: two that waited for each other to be alone would never be.
  return (
    (await tryOnce(db, alert, once, answerOf, false)) ??
    (await tryOnce(db, alert, once, answerOf, true)) ?? { refusal: 'full' }
  );
}

async function tryOnce(
  db: Kysely<Database>,
  alert: NewAlert | NewRuleAlert,
  once: OnceOnly,
  answerOf: (made: AlertRow) => string,
  alone: boolean,
) {
  return db
    .transaction()
    .setIsolationLevel('read committed')
    .execute((trx) =>
      underKey(
        trx,
        once,
        () => ('rule' in alert ? insertRuleAlert(trx, alert) : tryInsertAlert(trx, alert, alone)),
        (made) => (made === undefined || 'refusal' in made ? undefined : answerOf(made)),
      ),
    );
}

/**
 * Carries out a request under its key, in the transaction that keeps both.
 * @param answerOf what the request is answered with whenever it comes again; undefined: it is not kept
 */
export async function underKey<T>(
  trx: Transaction<Database>,
  once: OnceOnly,
  make: () => Promise<T>,
  answerOf: (made: T) => string | undefined,
): Promise<T | Before | { refusal: 'in progress' }> {
  // Statements of their own: only what follows the lock sees what its holder has committed.
  const { rows } = await sql<{ taken: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(
      'pricehook:once' || ${once.userId}::uuid::text || ${once.key}::text, 0
    )) as taken`.execute(trx);
  if (rows[0]?.taken !== true) return { refusal: 'in progress' as const };
  const before = await findAnswer(trx, once);
  if (before !== undefined) return before;
  const made = await make();
  const answer = answerOf(made);
  if (answer === undefined) return made;
  await sql`
    insert into idempotency_keys (user_id, key, request_hash, answer, created_at)
    values (${once.userId}, ${once.key}, ${once.requestHash}, ${answer}, clock_timestamp())
    on conflict (user_id, key) do update
    set request_hash = excluded.request_hash, answer = excluded.answer, created_at = excluded.created_at`.execute(
    trx,
  );
  return made;
}

/**
 * Forgets answers that are older than 24 hours.
 * @returns how many
 */
export async function deleteOldAnswers(db: Kysely<Database>): Promise<number> {
  const { rows } = await sql`
    delete from idempotency_keys where created_at <= now() - ${KEPT} returning key`.execute(db);
  return rows.length;
}

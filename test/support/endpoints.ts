import { randomUUID } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { finishAttempt } from '../../src/db/attempts';
import type { DisableRule } from '../../src/db/endpoint-health';
import type { Database } from '../../src/db/schema';
import type { MessageType } from '../../src/domain/delivery';
import { beginNext } from './seed';

/** A rule that a test reaches at once: time is put back in the row. */
export const RULE: DisableRule = { disableFailures: 3, disableAfterMs: 60_000 };

/** A pending delivery of no alert, straight into the database. */
export async function seedDelivery(
  db: Kysely<Database>,
  to: { userId: string; url: string; type?: MessageType },
): Promise<string> {
  const id = `msg_${randomUUID().replaceAll('-', '')}`;
  await db
    .insertInto('deliveries')
    .values({
      ...{ id, user_id: to.userId, market: 'replay', type: to.type ?? 'alert.triggered', url: to.url },
      ...{ firing_number: 0, body: '{}', next_attempt_at: sql<Date>`now()` },
    })
    .execute();
  return id;
}

/** Makes an attempt of a delivery that comes to this status code; answers whether it was begun. */
export async function attempt(
  db: Kysely<Database>,
  deliveryId: string,
  statusCode: number,
  rule = RULE,
): Promise<boolean> {
  const begun = await beginNext(db, deliveryId);
  if (begun?.number == null) return false;
  await finish(db, deliveryId, begun.number, statusCode, rule);
  return true;
}

/** Records that an attempt came to this status code. */
export async function finish(
  db: Kysely<Database>,
  deliveryId: string,
  number: number,
  statusCode: number,
  rule = RULE,
): Promise<void> {
  const isGood = statusCode < 300;
  const nothing = { dnsMs: null, connectMs: null, tlsMs: null, responseHeaders: null, responseBody: null };
  const result = {
    ...{ statusCode, errorClass: isGood ? null : ('http' as const), retryAfterMs: null, durationMs: 1 },
    ...{ error: isGood ? null : `The server answered ${statusCode}.`, ...nothing },
  };
  await finishAttempt(
    db,
    { deliveryId, number, endedAt: new Date(), requestHeaders: null, result },
    isGood ? { status: 'delivered' } : { status: 'pending', nextAttemptAt: new Date() },
    rule,
  );
}

/** As if the present run of failures of a user's endpoints had begun so long ago, after what was delivered before. */
export async function failingSince(db: Kysely<Database>, userId: string, seconds: number): Promise<void> {
  const ago = sql`make_interval(secs => ${seconds})`;
  await sql`
    update deliveries set delivered_at = delivered_at - ${ago} where user_id = ${userId}`.execute(db);
  await sql`
    update endpoints set failing_since = now() - ${ago}
    where user_id = ${userId} and failing_since is not null`.execute(db);
}

/** A user's endpoints as they are stored, by host. */
export const endpointRows = (db: Kysely<Database>, userId: string) =>
  db.selectFrom('endpoints').selectAll().where('user_id', '=', userId).orderBy('host').execute();

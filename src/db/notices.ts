import { type Kysely, sql } from 'kysely';
import type { AttemptResult } from '../domain/delivery';
import type { Market } from '../domain/quote';
import type { SlackMessage } from '../domain/slack';
import type { Database } from './schema';
import { storableJson } from './storable';

export interface NewNotice {
  market: Market;
  /** What it tells of; the same event is told once. */
  event: string;
  message: SlackMessage;
  /** False where nobody is to be told: then it is stored as skipped. */
  told: boolean;
  /** Whether another message tells of it, together with others: then it is stored only so that it is not told by itself later. */
  isSummarised?: boolean;
}

/**
 * Stores a message to operators, unless there is one of the same event.
 * @returns whether it was stored now
 */
export async function insertNotice(
  db: Kysely<Database>,
  { market, event, message, told, isSummarised = false }: NewNotice,
): Promise<boolean> {
  const status = isSummarised ? 'summarised' : told ? 'pending' : 'skipped';
  const { rows } = await sql`
    insert into notices (market, event, message, status)
    values (${market}, ${event}, ${storableJson(message)}::jsonb, ${status})
    on conflict (market, event) do nothing
    returning id`.execute(db);
  return rows.length > 0;
}

/** A notice that one sender has taken, and the attempt that was begun for it. */
export interface TakenNotice {
  id: string;
  number: number;
  message: SlackMessage;
  created_at: Date;
}

/**
 * Takes the oldest notice that is to be sent, and records that an attempt begins. An attempt whose sender died is closed as
 * `unknown`: the message may have arrived, and is sent again.
 * @param leaseMs how long nobody else may take it: longer than an attempt can last
 */
export async function takeDueNotice(
  db: Kysely<Database>,
  market: Market,
  leaseMs: number,
): Promise<TakenNotice | undefined> {
  const { rows } = await sql<TakenNotice>`
    with due as (
      select id from notices
      where market = ${market} and status = 'pending'
        and (next_attempt_at is null or next_attempt_at <= now())
        and (taken_until is null or taken_until < now())
      order by created_at, id limit 1 for update skip locked
    ), taken as (
      update notices as n set taken_until = now() + make_interval(secs => ${leaseMs / 1_000})
      from due where n.id = due.id
      returning n.id, n.message, n.created_at
    ), lost as (
      update notice_attempts as a set ended_at = now(), outcome = 'unknown', error = 'Its sender died.'
      from due where a.notice_id = due.id and a.outcome is null
    ), begun as (
      insert into notice_attempts (notice_id, number)
      select id, 1 + (select count(*) from notice_attempts where notice_id = taken.id) from taken
      returning notice_id, number
    )
    select t.id, b.number, t.message, t.created_at from taken as t join begun as b on b.notice_id = t.id`.execute(
    db,
  );
  return rows[0];
}

/** Records what an attempt came to, and what becomes of its notice. */
export async function finishNoticeAttempt(
  db: Kysely<Database>,
  { id, number }: Pick<TakenNotice, 'id' | 'number'>,
  result: AttemptResult,
  next: { status: 'sent' | 'failed' } | { status: 'pending'; nextAttemptAt: Date },
): Promise<void> {
  const { statusCode, errorClass, error, durationMs, responseBody } = result;
  const nextAttemptAt = next.status === 'pending' ? next.nextAttemptAt : null;
  await sql`
    with attempt as (
      update notice_attempts
      set ended_at = now(), outcome = ${errorClass === null ? 'delivered' : 'failed'}, status_code = ${statusCode},
          error_class = ${errorClass}, error = ${error}, duration_ms = ${Math.round(durationMs)},
          response_body = ${responseBody}
      where notice_id = ${id} and number = ${number}
    )
    update notices
    set status = ${next.status}, taken_until = null, next_attempt_at = ${nextAttemptAt},
        sent_at = case when ${next.status} = 'sent' then now() end
    -- Who was so slow that another took it over must not have it sent once more.
    where id = ${id} and (status = 'pending' or ${next.status} = 'sent')`.execute(db);
}

/** Whether any notice is to be sent, now or later. */
export async function hasPendingNotices(db: Kysely<Database>, market: Market): Promise<boolean> {
  const { rows } = await sql<{ pending: boolean }>`
    select exists (select from notices where market = ${market} and status = 'pending') as pending`.execute(
    db,
  );
  return rows[0]?.pending === true;
}

/** Whether there is a message of an event, whatever became of it. */
export async function isNoticed(db: Kysely<Database>, market: Market, event: string): Promise<boolean> {
  const row = await db
    .selectFrom('notices')
    .select('id')
    .where('market', '=', market)
    .where('event', '=', event)
    .executeTakeFirst();
  return row !== undefined;
}

/** Those of these events whose messages are not sent yet. */
export async function pendingEvents(
  db: Kysely<Database>,
  market: Market,
  events: readonly string[],
): Promise<string[]> {
  if (events.length === 0) return [];
  const rows = await db
    .selectFrom('notices')
    .select('event')
    .where('market', '=', market)
    .where('event', 'in', events)
    .where('status', '=', 'pending')
    .execute();
  return rows.map(({ event }) => event);
}

/** A message to operators, and what came of its last attempt. */
export interface ToldNotice {
  event: string;
  text: string;
  status: string;
  /** Null where nobody has answered. */
  statusCode: number | null;
  response: string | null;
  error: string | null;
}

/** The messages that were stored or sent since a time, the oldest first; not those that are part of another. */
export async function noticesSince(db: Kysely<Database>, market: Market, since: Date): Promise<ToldNotice[]> {
  const { rows } = await sql<ToldNotice>`
    select n.event, n.message ->> 'text' as text, n.status, a.status_code as "statusCode",
      a.response_body as response, a.error
    from notices as n
    left join lateral (
      select * from notice_attempts where notice_id = n.id order by number desc limit 1
    ) as a on true
    where n.market = ${market} and n.status <> 'summarised' and (n.created_at >= ${since} or n.sent_at >= ${since})
    order by n.created_at, n.id`.execute(db);
  return rows;
}

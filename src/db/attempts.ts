import { type Kysely, sql } from 'kysely';
import type { AttemptResult, DeliveryStatus } from '../domain/delivery';
import type { AfterAttempt } from '../domain/retry';
import { carrier } from './carrier';
import { countOutcome, type DisableRule } from './endpoint-health';
import { isoTime } from './iso-time';
import { prepared } from './prepared';
import type { Database } from './schema';

/** What an attempt says of itself whose sender died before it could record an answer. */
export const INTERRUPTED = 'The sender was interrupted; the outcome is not known';

/** How early an attempt may begin: clocks of two machines differ. */
export const CLOCK_TOLERANCE_MS = 1_000;

/** A delivery as an attempt needs it. `number` is set when an attempt was begun. */
export interface BegunAttempt {
  url: string;
  body: string;
  /** Null: JSON. */
  contentType: string | null;
  userId: string;
  /** The user's webhook secrets, the newest first, still encrypted. */
  secrets: string[];
  /** Its alert's own headers, still encrypted; null: it has none, or none for this host. */
  ownHeaders: string | null;
  /** Whether the body is the event as JSON. */
  isEvent: boolean;
  deliveryStatus: DeliveryStatus;
  /** Whether the workflow that asks is the one that makes this delivery. */
  isCarrier: boolean;
  /** What the delivery has become just now instead of being attempted. */
  endedAs: 'skipped' | 'cancelled' | null;
  /** `deleted` too where the user has left; null for messages that belong to no alert. */
  alertStatus: string | null;
  /** How many attempts were made before this one; one without a known outcome counts. */
  made: number;
  /** How many of these belong to earlier rounds and do not count against the limit. */
  madeBefore: number;
  /** How many may be made in this round. */
  limit: number;
  /** When this round began: the firing, or when it was asked to be made again. */
  roundStartedAt: Date;
  number: number | null;
  startedAt: Date | null;
  /** How long until the next attempt may begin, in milliseconds; 0 where it may now. */
  waitMs: number;
  /** Earlier attempts that were found without an outcome just now. */
  lost: { number: number; startedAt: string; endedAt: string }[];
}

/** What signs a user's messages at this moment. */
const liveSecrets = sql<string[]>`array(
  select secret from webhook_secrets as s
  where s.user_id = target.user_id and (s.expires_at is null or s.expires_at > now())
  order by s.expires_at is null desc, s.created_at desc
)`;

/** Who makes an attempt: a workflow's run, and whether an operator wants it before its time. */
interface Attempter {
  workflowId: string;
  runId: string;
  isHurried: boolean;
}

/**
 * Records that an attempt begins, under the locks of its alert and its delivery. Refused (number is null) once the alert
 * is deleted, the delivery is over or another workflow makes it, its attempts were made (`maxAttempts` in a round, where the
 * delivery has no limit of its own), or its time has not come. An earlier attempt without an outcome becomes `unknown`. An
 * alert's delivery to a disabled endpoint becomes `skipped` instead, unless somebody asked for this very attempt.
 * @returns undefined where there is no such delivery
 */
export async function beginAttempt(
  db: Kysely<Database>,
  deliveryId: string,
  maxAttempts: number,
  by: Attempter,
): Promise<BegunAttempt | undefined> {
  return (
    (await beginUsual(db, deliveryId, maxAttempts, by)) ?? (await beginOrEnd(db, deliveryId, maxAttempts, by))
  );
}

/** Begins an attempt where nothing stands against it and none was interrupted: half the work for PostgreSQL. */
async function beginUsual(
  db: Kysely<Database>,
  deliveryId: string,
  maxAttempts: number,
  by: Attempter,
): Promise<BegunAttempt | undefined> {
  const { rows } = await sql<BegunAttempt>`${prepared('begin-usual-attempt')}
    with ${lockedTarget(deliveryId, maxAttempts, by)},
    begun as (${insertAttempt(by)} and not is_open returning number, started_at)
    select ${BEGUN}, null as "endedAs", '[]'::json as lost from target join begun on true`.execute(db);
  return rows[0];
}

/** Begins an attempt, or says why none begins; closes those that were interrupted, and a delivery that must not be made. */
async function beginOrEnd(
  db: Kysely<Database>,
  deliveryId: string,
  maxAttempts: number,
  by: Attempter,
): Promise<BegunAttempt | undefined> {
  const { rows } = await sql<BegunAttempt>`${prepared('begin-attempt')}
    with ${lockedTarget(deliveryId, maxAttempts, by)},
    lost as (
      update attempts set outcome = 'unknown', ended_at = now(), error = ${INTERRUPTED}
      where delivery_id = ${deliveryId} and outcome is null and exists (select from target where is_carrier)
      returning number, started_at, ended_at
    ),
    ended as (
      update deliveries as d
      set status = case when alert_status = 'deleted' then 'cancelled' else 'skipped' end, next_attempt_at = null
      from target
      where d.id = target.id and delivery_status = 'pending'
        and (alert_status = 'deleted' or (is_carrier and is_disabled and made - target.made_before < attempt_limit))
      returning d.status
    ),
    begun as (${insertAttempt(by)} returning number, started_at)
    select ${BEGUN}, (select status from ended) as "endedAs",
      coalesce((select json_agg(json_build_object(
        'number', number, 'startedAt', ${isoTime(sql`started_at`)}, 'endedAt', ${isoTime(sql`ended_at`)}
      ) order by number) from lost), '[]') as lost
    from target left join begun on true`.execute(db);
  return rows[0];
}

/** The delivery and its alert, locked, as `target`, and what an attempt depends on. */
const lockedTarget = (deliveryId: string, maxAttempts: number, by: Attempter) => sql`
  alert as materialized (
    select status, headers, message, more_urls || webhook_url as urls from alerts
    where id = (select alert_id from deliveries where id = ${deliveryId})
    for no key update
  ),
  target as (
    select d.id, d.url, d.body, d.content_type, d.status as delivery_status, d.user_id,
      -- Not to a server that the alert has been taken away from: what they hold may be meant for another one now.
      case when a.headers is not null
        and webhook_host(d.url) in (select webhook_host(url) from unnest(a.urls) as url) then a.headers end as own_headers,
      a.message is null as is_event,
      case when u.is_active then a.status else 'deleted' end as alert_status, e.disabled_at is not null as is_disabled,
      m.made, m.is_open, d.made_before, coalesce(d.max_attempts, ${maxAttempts}) as attempt_limit, d.round_started_at, d.next_cause,
      ${carrier} = ${by.workflowId} as is_carrier,
      greatest(0, 1000 * extract(epoch from d.next_attempt_at - now()))::float8 as wait_ms
    from deliveries as d
    -- Its lock is taken before this row's, as everywhere.
    left join alert as a on true
    join users as u on u.id = d.user_id
    left join endpoints as e on e.user_id = d.user_id and e.market = d.market and e.host = webhook_host(d.url)
      and d.type like 'alert.%' and d.next_cause is null and not ${by.isHurried}::boolean
    cross join lateral (
      select coalesce(max(number), 0) as made, coalesce(bool_or(outcome is null), false) as is_open
      from attempts where delivery_id = d.id
    ) as m
    where d.id = ${deliveryId}
    for no key update of d
  )`;

const insertAttempt = (by: Attempter) => sql`
  insert into attempts (delivery_id, number, cause, workflow_id, run_id)
  select id, made + 1,
    coalesce(next_cause, case when wait_ms > ${CLOCK_TOLERANCE_MS} then 'operator' else 'schedule' end),
    ${by.workflowId}, ${by.runId}
  from target
  where is_carrier and delivery_status = 'pending' and alert_status is distinct from 'deleted' and not is_disabled
    and made - made_before < attempt_limit
    and (coalesce(wait_ms, 0) <= ${CLOCK_TOLERANCE_MS} or ${by.isHurried})`;

/** The columns of a `BegunAttempt` that stand in `target` and `begun`. */
const BEGUN = sql`url, body, content_type as "contentType", user_id as "userId", ${liveSecrets} as secrets,
  own_headers as "ownHeaders", is_event as "isEvent",
  delivery_status as "deliveryStatus", is_carrier as "isCarrier", alert_status as "alertStatus",
  made, made_before as "madeBefore", attempt_limit as "limit", round_started_at as "roundStartedAt",
  number, started_at as "startedAt", coalesce(wait_ms, 0) as "waitMs"`;

/** Takes back an attempt that was begun and of which nothing was sent. */
export async function withdrawAttempt(
  db: Kysely<Database>,
  attempt: { deliveryId: string; number: number },
): Promise<void> {
  await db
    .deleteFrom('attempts')
    .where('delivery_id', '=', attempt.deliveryId)
    .where('number', '=', attempt.number)
    .where('outcome', 'is', null)
    .execute();
}

/**
 * Cancels what is owed to a user who has left.
 * @returns whether it is cancelled; false where the user is there still
 */
export async function cancelForGoneUser(db: Kysely<Database>, deliveryId: string): Promise<boolean> {
  const { rows } = await sql`
    update deliveries as d set status = 'cancelled', next_attempt_at = null
    from users as u
    where d.id = ${deliveryId} and d.status in ('pending', 'cancelled') and u.id = d.user_id and not u.is_active
    returning d.id`.execute(db);
  return rows.length > 0;
}

/**
 * Records how an attempt ended and what becomes of its delivery; repeating it changes nothing, not even the time of the next
 * attempt. An attempt that was taken for `unknown` gets its outcome after all. One of an earlier round says nothing of this one.
 * Its endpoint's health is counted with it.
 * @param attempt with the request's headers, but for the signature
 */
export async function finishAttempt(
  db: Kysely<Database>,
  attempt: {
    deliveryId: string;
    number: number;
    endedAt: Date;
    requestHeaders: Record<string, string> | null;
    result: AttemptResult;
  },
  after: AfterAttempt,
  disable: DisableRule,
): Promise<void> {
  const { result } = attempt;
  const nextAttemptAt = after.status === 'pending' ? after.nextAttemptAt : null;
  await sql`${prepared(result.errorClass === null ? 'finish-attempt' : 'finish-failed-attempt')}
    with finished as (
      update attempts
      set ended_at = ${attempt.endedAt},
        outcome = ${result.errorClass === null ? 'delivered' : 'failed'},
        status_code = ${result.statusCode},
        error_class = ${result.errorClass},
        error = ${result.error},
        duration_ms = ${Math.round(result.durationMs)},
        dns_ms = ${rounded(result.dnsMs)},
        connect_ms = ${rounded(result.connectMs)},
        tls_ms = ${rounded(result.tlsMs)},
        request_headers = ${attempt.requestHeaders && JSON.stringify(attempt.requestHeaders)},
        response_headers = ${result.responseHeaders && JSON.stringify(result.responseHeaders)},
        response_body = ${result.responseBody}
      where delivery_id = ${attempt.deliveryId} and number = ${attempt.number}
        and (outcome is null or outcome = 'unknown')
      returning number
    ),
    ${countOutcome(attempt.deliveryId, result, disable)}
    update deliveries
    set status = ${after.status},
      delivered_at = coalesce(${after.status === 'delivered' ? attempt.endedAt : null}, delivered_at),
      next_attempt_at = ${nextAttemptAt},
      next_cause = null
    where id = ${attempt.deliveryId} and exists (select from finished)
      -- What arrived although it was given up, cancelled or skipped still counts; nothing else changes what is over.
      and ((status = 'pending' and ${attempt.number} > made_before)
        or (status in ('failed', 'cancelled', 'skipped') and ${after.status === 'delivered'}))
      -- What an earlier attempt says of the next one was overtaken by that one.
      and (${after.status} <> 'pending' or not exists (
        select from attempts where delivery_id = ${attempt.deliveryId} and number > ${attempt.number}
      ))`.execute(db);
}

const rounded = (ms: number | null) => (ms === null ? null : Math.round(ms));

/** Gives a delivery up whose last attempt has no known outcome. */
export async function failDelivery(db: Kysely<Database>, deliveryId: string): Promise<void> {
  await db
    .updateTable('deliveries')
    .set({ status: 'failed', next_attempt_at: null })
    .where('id', '=', deliveryId)
    .where('status', '=', 'pending')
    .execute();
}

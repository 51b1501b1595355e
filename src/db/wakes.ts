import { type Kysely, sql } from 'kysely';
import type { Rule, RuleCondition } from '../domain/rule';
import { byChildren } from './alert-workflow-kind';
import { carrier } from './carrier';
import type { Database } from './schema';

/** What is needed to start an alert's workflow. */
export interface AlertToStart {
  id: string;
  ownerId: string;
  ticker: string;
  condition: RuleCondition;
  /** Null where its rule's threshold is none on the price. */
  targetPrice: string | null;
  webhookUrl: string;
  /** Null: a plain alert. */
  rule: Rule | null;
  /** Whether its workflow is `watchAlert`. */
  byChildren: boolean;
}

/** The columns of an `AlertToStart`, of alerts as `a`. */
export const toStart = sql`
  a.id, a.user_id as "ownerId", a.ticker, a.condition, a.target_price as "targetPrice", a.webhook_url as "webhookUrl",
  a.rule, ${byChildren} as "byChildren"`;

/** Those of the alerts that a workflow is to be started for: that still wait. */
export async function findAlertsToStart(db: Kysely<Database>, alertIds: string[]): Promise<AlertToStart[]> {
  const { rows } = await sql<AlertToStart>`
    select ${toStart} from alerts as a
    where a.id = any(${alertIds}::uuid[]) and a.status in ('active', 'paused')`.execute(db);
  return rows;
}

/**
 * A pending delivery and whose workflow makes it: that of its plain alert, or one of its own where it is made again, of no alert,
 * or of an alert with a rule.
 */
export interface DeliveryToWake {
  /** `msg_…` */
  id: string;
  ownerId: string;
  workflowId: string;
  /** Whether it waits for its next attempt, which a user wants now. */
  isHurried: boolean;
  alert: AlertToStart | null;
  /** The alert whose workflow has it made by a child; null: there is none. */
  parentId: string | null;
}

/** How many more deliveries of one user may be woken: of one of whom so many wait that it is a flood, and of any other. */
export interface Room {
  usual: number;
  inFlood: number;
}

/** The room of each user who has any on their way, and of everybody else. */
export interface Rooms {
  of: ReadonlyMap<string, Room>;
  others: Room;
}

/** Who has more than so many deliveries waiting to be woken floods. */
const FLOOD = 1_000;

/**
 * Pending deliveries whose workflow was not told of them yet: every user's first one, then every user's second, so that nobody
 * waits behind another's flood. A tick takes the newest first and the drain the oldest: the two meet in the middle instead
 * of doing the same work.
 * @param rooms of each user, only as many as there is room for
 */
export async function unwokenDeliveries(
  db: Kysely<Database>,
  order: 'newest' | 'oldest',
  limit: number,
  { of, others }: Rooms = { of: new Map(), others: { usual: limit, inFlood: limit } },
): Promise<DeliveryToWake[]> {
  const direction = sql.raw(order === 'newest' ? 'desc' : 'asc');
  const rooms = [...of].map(([user, room]) => ({ user, ...room }));
  const { rows } = await sql<Omit<DeliveryToWake, 'alert'> & { byAlert: boolean; alert: AlertToStart }>`
    select d.id, d.user_id as "ownerId", ${carrier} as "workflowId",
      coalesce(${carrier} = 'alert-' || d.alert_id, false) as "byAlert",
      coalesce(d.next_cause = 'user', false)
        and exists (select from attempts where delivery_id = d.id and number > d.made_before) as "isHurried",
      case when ${byChildren} and ${carrier} = 'delivery-' || d.id then a.id end as "parentId",
      json_build_object('id', a.id, 'ownerId', a.user_id, 'ticker', a.ticker, 'condition', a.condition,
        'targetPrice', a.target_price::text, 'webhookUrl', a.webhook_url, 'rule', a.rule, 'byChildren', ${byChildren}) as alert
    from (
      select id, alert_id, user_id, round, carrier, next_cause, made_before, created_at,
        count(*) over (partition by user_id) > ${FLOOD} as is_flood,
        row_number() over (partition by user_id order by created_at ${direction}, id ${direction}) as turn
      from deliveries
      where woken_at is null and status = 'pending'
    ) as d
    left join json_to_recordset(${JSON.stringify(rooms)}) as r ("user" uuid, usual int, "inFlood" int) on r."user" = d.user_id
    left join alerts as a on a.id = d.alert_id
    where d.turn <= case when d.is_flood then coalesce(r."inFlood", ${others.inFlood}) else coalesce(r.usual, ${others.usual}) end
    order by d.turn, d.created_at ${direction}, d.id ${direction}
    limit ${limit}`.execute(db);
  return rows.map(({ byAlert, alert, ...delivery }) => ({ ...delivery, alert: byAlert ? alert : null }));
}

/** Whether more than so many deliveries wait for their workflows to be told of them. */
export async function hasUnwoken(db: Kysely<Database>, moreThan = 0): Promise<boolean> {
  const { rows } = await sql`
    select from deliveries where woken_at is null and status = 'pending' limit ${moreThan + 1}`.execute(db);
  return rows.length > moreThan;
}

/** How many deliveries of a user are on their way. */
export interface OnTheirWay {
  /** Woken, and due: they queue in Temporal, or their attempt is being made. */
  due: number;
  /** Those of them that queue. */
  queued: number;
  /** Woken, failed, and waiting for their next attempt. */
  retrying: number;
  /** Woken within the last second. */
  wokenLately: number;
}

/** What is on its way of each user, of all that was woken or has become due within so many milliseconds; what was so longer ago waits for something else than its turn. */
export async function countOnTheirWay(
  db: Kysely<Database>,
  withinMs: number,
): Promise<Map<string, OnTheirWay>> {
  const since = sql`now() - make_interval(secs => ${withinMs / 1000})`;
  const { rows } = await sql<OnTheirWay & { user: string }>`
    select user_id as "user",
      count(*) filter (where is_due)::int as due,
      count(*) filter (where is_due and not exists (
        select from attempts where delivery_id = d.id and number > d.made_before
      ))::int as queued,
      count(*) filter (where not is_due)::int as retrying,
      count(*) filter (where woken_at > now() - interval '1 second')::int as "wokenLately"
    from (
      select id, user_id, made_before, woken_at, next_attempt_at <= now() as is_due from deliveries
      where status = 'pending' and woken_at is not null
        and (woken_at > ${since} or (next_attempt_at > ${since} and next_attempt_at <= now()))
    ) as d
    group by user_id`.execute(db);
  return new Map(rows.map(({ user, ...counts }) => [user, counts]));
}

/** Notes that the workflows of these deliveries were told. */
export async function markWoken(db: Kysely<Database>, deliveryIds: string[]): Promise<void> {
  if (deliveryIds.length === 0) return;
  // In the order that all who take several of them follow.
  await sql`
    with told as materialized (
      select id from deliveries where id = any(${deliveryIds}) order by id for no key update
    )
    update deliveries as d set woken_at = now() from told where d.id = told.id`.execute(db);
}

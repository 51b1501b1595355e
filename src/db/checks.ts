import { type Kysely, sql } from 'kysely';
import type { AlertStatus } from '../domain/alert';
import type { DeliveryStatus } from '../domain/delivery';
import type { Market } from '../domain/quote';
import type { Rule, RuleCondition } from '../domain/rule';
import { byChildren } from './alert-workflow-kind';
import type { Database } from './schema';

/** An alert as its workflow's check sees it. */
export interface CheckedAlert {
  market: Market;
  ticker: string;
  condition: RuleCondition;
  /** Null where a rule's threshold is none on the price. */
  targetPrice: string | null;
  status: AlertStatus | 'deleted';
  /** Null: a plain alert. */
  rule: Rule | null;
  /** Whether its workflow is to be `watchAlert`. */
  byChildren: boolean;
  expiresAt: Date | null;
  hasExpired: boolean;
  /** Another one after every change of the alert. */
  version: string;
  /** Whether a quote since the last look lies beyond the target. */
  isCrossed: boolean;
  /** The ticker's last stored quote; null where there was none yet. */
  lastSeq: string | null;
  lastPrice: string | null;
  /** The delivery of the last firing; null where it never fired. */
  deliveryId: string | null;
  deliveryStatus: DeliveryStatus | null;
}

/** Reads an alert with the last quote of its ticker and its last delivery; undefined where there is no such alert. */
export async function readForCheck(db: Kysely<Database>, alertId: string): Promise<CheckedAlert | undefined> {
  const { rows } = await sql<CheckedAlert>`
    select a.market, a.ticker, a.condition, a.target_price as "targetPrice", a.status, a.rule, ${byChildren} as "byChildren",
      a.expires_at as "expiresAt", coalesce(a.expires_at <= now(), false) as "hasExpired",
      a.updated_at::text as version,
      a.rule is null and exists (
        select from quotes
        where market = a.market and ticker = a.ticker and seq > greatest(a.armed_seq, a.checked_seq)
          and ((a.condition = 'gt' and price > a.target_price) or (a.condition = 'lt' and price < a.target_price))
      ) as "isCrossed",
      q.seq as "lastSeq", q.price as "lastPrice",
      d.id as "deliveryId", d.status as "deliveryStatus"
    from alerts as a
    left join lateral (
      select seq, price from quotes where market = a.market and ticker = a.ticker order by seq desc limit 1
    ) as q on true
    left join deliveries as d on d.alert_id = a.id and d.firing_number = a.firing_number
      and d.type = 'alert.triggered'
    where a.id = ${alertId}`.execute(db);
  return rows[0];
}

/**
 * Notes that the workflow has looked at the quotes up to the last one and when it looks again; nothing where the alert was
 * changed since it was read, since the workflow is to see that, too.
 */
export async function recordCheck(
  db: Kysely<Database>,
  alertId: string,
  { lastSeq, version }: Pick<CheckedAlert, 'lastSeq' | 'version'>,
  nextCheckMs: number,
): Promise<void> {
  await sql`
    update alerts
    set checked_seq = greatest(checked_seq, coalesce(${lastSeq}, checked_seq)),
        next_check_at = now() + make_interval(secs => ${nextCheckMs / 1000})
    where id = ${alertId} and status = 'active' and updated_at = ${version}::timestamptz`.execute(db);
}

/** Notes that the workflow has seen that its alert waits for no price: nobody needs to look until it is changed, or expires. */
export async function recordRest(db: Kysely<Database>, alertId: string, version: string): Promise<void> {
  await sql`
    update alerts set next_check_at = case when status = 'paused' then expires_at end
    where id = ${alertId} and status <> 'active'
      and next_check_at is distinct from case when status = 'paused' then expires_at end
      and updated_at = ${version}::timestamptz`.execute(db);
}

/**
 * The standard deviation of the price's logarithm over one minute, from the candles of the last day (close against
 * close, pairs of neighbouring minutes only); null with fewer than an hour of pairs.
 */
export async function minuteVolatility(
  db: Kysely<Database>,
  market: Market,
  ticker: string,
): Promise<number | null> {
  const { rows } = await sql<{ volatility: number | null }>`
    select case when count(*) >= 60 then stddev_samp(step)::float8 end as volatility
    from (
      select case when minute - lag(minute) over w = interval '1 minute' then ln(close / lag(close) over w) end as step
      from candles
      where market = ${market} and ticker = ${ticker} and minute > now() - interval '1 day'
      window w as (order by minute)
    ) as steps
    where step is not null`.execute(db);
  return rows[0]?.volatility ?? null;
}

import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Market } from '../domain/quote';
import { isoTime } from './iso-time';
import type { Database } from './schema';

/**
 * Fires the alerts that `crossing` (rows of alert_id, seq, price, quoted_at) names and writes the delivery that each
 * one owes, in one statement. The update's own WHERE holds the whole predicate, so that PostgreSQL decides again on the
 * newest version of a row that somebody else has just changed, fired or deleted.
 * The webhook's body is made here once; every attempt signs and sends these bytes.
 * @param late what crossed is a past minute: it counts for alerts that were armed as they are now when it began
 */
function claim(crossing: RawBuilder<unknown>, late?: 'late') {
  return sql<{ delivery_id: string; alert_id: string }>`
    with crossing as materialized (${crossing}),
    fired as (
      update alerts as a
      set status = 'fired', firing_number = a.firing_number + 1,
          triggered_at = c.quoted_at, triggered_price = c.price, updated_at = now(),
          next_check_at = null
      from crossing as c
      where a.id = c.alert_id
        and a.status = 'active' and a.rule is null
        and a.armed_seq < c.seq
        and ((a.condition = 'gt' and a.target_price < c.price)
          or (a.condition = 'lt' and a.target_price > c.price))
        ${late ? sql`and a.updated_at <= c.quoted_at` : sql``}
      returning a.*
    )
    insert into deliveries (id, alert_id, user_id, market, firing_number, url, body, next_attempt_at)
    select 'msg_' || replace(gen_random_uuid()::text, '-', ''), id, user_id, market, firing_number, webhook_url,
      '{"type":"alert.triggered"'
        || ',"timestamp":"' || ${isoTime(sql`now()`)} || '"'
        || ',"alert_id":"' || id || '"'
        || ',"ticker":' || to_json(ticker)
        || ',"triggered_price":' || trim_scale(triggered_price)
        || ',"condition":"' || condition || '"'
        || ',"target_price":' || trim_scale(target_price)
        || ',"triggered_at":"' || ${isoTime(sql`triggered_at`)} || '"'
        || ${sql.lit(late ? ',"late":true' : '')}
        || case when market = 'replay' then ',"simulated":true' else '' end
        || '}',
      now()
    from fired
    returning id as delivery_id, alert_id`;
}

/**
 * Claims every alert that the quotes of one tick made come true; call it in the transaction that stored the quotes.
 * Costs O(log N + crossed): each branch is a range of the partial index `alerts_waiting`.
 * @returns how many alerts fired
 */
export async function claimCrossed(db: Kysely<Database>, market: Market, tickAt: Date): Promise<number> {
  const { rows: quotes } = await sql<{ ticker: string; seq: string; price: string; at: string }>`
    select ticker, seq::text, price::text, quoted_at::text as at from quotes
    where market = ${market} and tick_at = ${tickAt}`.execute(db);
  if (quotes.length === 0) return 0;
  // Each quote by its own price: joined to the quotes, PostgreSQL takes each range for a third of all alerts, and reads all.
  const ranges = quotes.flatMap(({ ticker, seq, price, at }) => {
    const waiting = sql`
      select id as alert_id, ${seq}::bigint as seq, ${price}::numeric as price, ${at}::timestamptz as quoted_at
      from alerts
      where status = 'active' and rule is null and market = ${market} and ticker = ${ticker}
        and armed_seq < ${seq}::bigint`;
    return [
      sql`(${waiting} and condition = 'gt' and target_price < ${price}::numeric)`,
      sql`(${waiting} and condition = 'lt' and target_price > ${price}::numeric)`,
    ];
  });
  const { rows } = await claim(sql.join(ranges, sql` union all `)).execute(db);
  return rows.length;
}

/**
 * The workflow's own claim of its one alert, over the stored quotes after its last check up to `upToSeq`: the first of
 * them beyond the target is the firing's.
 * @returns the delivery's id, or undefined where nothing was crossed or somebody else was first
 */
export async function claimOne(
  db: Kysely<Database>,
  alertId: string,
  upToSeq: string,
): Promise<string | undefined> {
  const { rows } = await claim(sql`
    select a.id as alert_id, q.seq, q.price, q.quoted_at
    from alerts as a
    cross join lateral (
      select seq, price, quoted_at from quotes
      where market = a.market and ticker = a.ticker
        and seq > greatest(a.armed_seq, a.checked_seq) and seq <= ${upToSeq}
        and ((a.condition = 'gt' and price > a.target_price) or (a.condition = 'lt' and price < a.target_price))
      order by seq limit 1
    ) as q
    where a.id = ${alertId} and a.status = 'active' and a.rule is null`).execute(db);
  return rows[0]?.delivery_id;
}

/** Past minutes of one ticker, fetched after a gap. */
export interface LateMinutes {
  market: Market;
  ticker: string;
  from: Date;
  /** The first minute that is none of them. */
  to: Date;
  /** The first quote after the gap. */
  nextSeq: string;
}

/** Armed as it is now before the minutes were over; of a gap's candles, those that were fetched count. */
const lateCandles = ({ market, ticker, from, to }: LateMinutes) => sql`
  select minute, high, low from candles
  where market = ${market} and ticker = ${ticker} and minute >= ${from} and minute < ${to} and source is not null`;

/** The active alerts that a fetched minute's extreme crossed after they were armed, in the order of their ids. */
export async function lateCrossed(
  db: Kysely<Database>,
  minutes: LateMinutes,
  afterId: string,
  limit: number,
): Promise<string[]> {
  const waiting = (condition: 'gt' | 'lt') => sql`
    select id, updated_at, target_price from alerts
    where status = 'active' and rule is null and market = ${minutes.market} and ticker = ${minutes.ticker}
      and condition = ${sql.lit(condition)} and armed_seq < ${minutes.nextSeq} and id > ${afterId}
      and target_price ${sql.raw(condition === 'gt' ? '< (select max(high)' : '> (select min(low)')} from fetched)
      and exists (
        select from fetched where minute >= updated_at
          and ${sql.raw(condition === 'gt' ? 'high >' : 'low <')} target_price
      )`;
  const { rows } = await sql<{ id: string }>`
    with fetched as materialized (${lateCandles(minutes)})
    select id from (${waiting('gt')} union all ${waiting('lt')}) as a order by id limit ${limit}`.execute(db);
  return rows.map(({ id }) => id);
}

/**
 * Claims one alert for the first fetched minute whose extreme (the high for `gt`, the low for `lt`) lay beyond its target; the
 * minute's beginning and that extreme are the firing's. One alert a statement, so that it never waits for a tick's claim in
 * the other order.
 * @returns the delivery's id, or undefined where nothing was crossed or somebody else was first
 */
export async function claimLate(
  db: Kysely<Database>,
  alertId: string,
  minutes: LateMinutes,
): Promise<string | undefined> {
  const { rows } = await claim(
    sql`
    select a.id as alert_id, ${minutes.nextSeq}::bigint as seq, c.minute as quoted_at,
      case a.condition when 'gt' then c.high else c.low end as price
    from alerts as a
    cross join lateral (
      select * from (${lateCandles(minutes)}) as fetched
      where minute >= a.updated_at
        and ((a.condition = 'gt' and high > a.target_price) or (a.condition = 'lt' and low < a.target_price))
      order by minute limit 1
    ) as c
    where a.id = ${alertId} and a.status = 'active'`,
    'late',
  ).execute(db);
  return rows[0]?.delivery_id;
}

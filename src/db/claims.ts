import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Market } from '../domain/quote';
import { isoTime } from './iso-time';
import type { Database } from './schema';

/**
 * Fires the alerts that `crossing` (rows of alert_id, seq, price, quoted_at) names and writes the delivery that each
 * one owes, in one statement. The update's own WHERE holds the whole predicate, so that PostgreSQL decides again on the
 * newest version of a row that somebody else has just changed, fired or deleted.
 * The webhook's body is made here once; every attempt signs and sends these bytes.
 */
function claim(crossing: RawBuilder<unknown>) {
  return sql<{ delivery_id: string; alert_id: string }>`
    with crossing as materialized (${crossing}),
    fired as (
      update alerts as a
      set status = 'fired', firing_number = a.firing_number + 1,
          triggered_at = c.quoted_at, triggered_price = c.price, updated_at = now(),
          next_check_at = null
      from crossing as c
      where a.id = c.alert_id
        and a.status = 'active'
        and a.armed_seq < c.seq
        and ((a.condition = 'gt' and a.target_price < c.price)
          or (a.condition = 'lt' and a.target_price > c.price))
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
        || case when market = 'replay' then ',"simulated":true' else '' end
        || '}',
      now()
    from fired
    returning id as delivery_id, alert_id`;
}

/**
 * Claims every alert that the quotes of one tick made come true; call it in the transaction that stored the quotes.
 * Costs O(log N + crossed): each lateral branch is a range of the partial index `alerts_waiting`.
 * @returns how many alerts fired
 */
export async function claimCrossed(db: Kysely<Database>, market: Market, tickAt: Date): Promise<number> {
  const waiting = (condition: 'gt' | 'lt') => sql`
    select id from alerts
    where status = 'active' and market = q.market and ticker = q.ticker and condition = ${sql.lit(condition)}
      and target_price ${sql.raw(condition === 'gt' ? '<' : '>')} q.price and armed_seq < q.seq`;
  const { rows } = await claim(sql`
    select a.id as alert_id, q.seq, q.price, q.quoted_at
    from quotes as q
    cross join lateral (${waiting('gt')} union all ${waiting('lt')}) as a
    where q.market = ${market} and q.tick_at = ${tickAt}`).execute(db);
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
    where a.id = ${alertId} and a.status = 'active'`).execute(db);
  return rows[0]?.delivery_id;
}

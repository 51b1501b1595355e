import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import type { Market } from '../domain/quote';
import type { Database } from './schema';
import { type AddressedRule, addressed } from './watches';

/** How the tickers that ticks ask for do. */
export interface TickerStates {
  /** For some time now ticks have come and had no price of them. */
  silent: string[];
  /** The last ticks had one. */
  fresh: string[];
}

/**
 * Which tickers have no price although ticks come, and which have one. Where no tick comes, nothing is known of either.
 * @param afterMs for how long ticks must have had no price
 */
export async function tickerStates(
  db: Kysely<Database>,
  market: Market,
  tickers: readonly string[],
  afterMs: number,
): Promise<TickerStates> {
  const { rows } = await sql<{ ticker: string; silent: boolean; fresh: boolean }>`
    select t.ticker,
      exists (
        select from ticks
        where market = ${market} and published_at < now() - make_interval(secs => ${afterMs / 1000})
          and tick_at > coalesce(q.tick_at, '-infinity') and tick_at > now() - interval '1 day'
      ) and exists (
        select from ticks where market = ${market} and tick_at > now() - interval '1 minute'
      ) as silent,
      coalesce(q.tick_at > now() - interval '1 minute', false) as fresh
    from unnest(${tickers}::text[]) as t (ticker)
    left join lateral (
      select tick_at from quotes where market = ${market} and ticker = t.ticker order by seq desc limit 1
    ) as q on true`.execute(db);
  return {
    silent: rows.filter(({ silent }) => silent).map(({ ticker }) => ticker),
    fresh: rows.filter(({ silent, fresh }) => fresh && !silent).map(({ ticker }) => ticker),
  };
}

/** An alert whose user is told that its ticker has no price, or has one again. */
export interface SuspendedRule extends AddressedRule {
  firingNumber: number;
  /** Since when it has none. */
  suspendedAt: Date;
}

/** Notes that the tickers of alerts, some at a time, have no price; those that are to tell of it and do not know yet. */
export async function suspendSome(
  trx: Transaction<Database>,
  market: Market,
  silent: readonly string[],
  limit: number,
): Promise<SuspendedRule[]> {
  return await change(trx, limit, {
    which: sql`status = 'active' and rule is not null and market = ${market} and 'suspended' = any(events)
      and suspended_at is null and string_to_array(ticker, '/') && ${silent}::text[]`,
    to: sql`now()`,
  });
}

/** The reverse: those whose tickers all have a price again. */
export async function resumeSome(
  trx: Transaction<Database>,
  market: Market,
  fresh: readonly string[],
  limit: number,
): Promise<SuspendedRule[]> {
  return await change(trx, limit, {
    which: sql`status = 'active' and rule is not null and market = ${market} and suspended_at is not null
      and string_to_array(ticker, '/') <@ ${fresh}::text[]`,
    to: sql`null`,
  });
}

async function change(
  trx: Transaction<Database>,
  limit: number,
  { which, to }: { which: RawBuilder<unknown>; to: RawBuilder<unknown> },
): Promise<SuspendedRule[]> {
  const { rows } = await sql<SuspendedRule>`
    with taken as materialized (
      select id, suspended_at from alerts where ${which} order by id limit ${limit} for no key update skip locked
    )
    update alerts as a set suspended_at = ${to}
    from taken as t where a.id = t.id
    returning ${addressed}, a.firing_number as "firingNumber", coalesce(a.suspended_at, t.suspended_at) as "suspendedAt"`.execute(
    trx,
  );
  return rows;
}

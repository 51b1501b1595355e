import { type Kysely, sql } from 'kysely';
import type { AlertStatus } from '../domain/alert';
import type { Market } from '../domain/quote';
import { type AlertRow, ownAlerts } from './alerts';
import type { Database } from './schema';

/** A place in a user's list of alerts. Microseconds, as PostgreSQL has them: a `Date` would lose or repeat rows. */
export interface ListPlace {
  /** Unix time, as a whole number. */
  createdUs: string;
  id: string;
}

export interface AlertPageWish {
  userId: string;
  market: Market;
  status?: AlertStatus;
  ticker?: string;
  limit: number;
  /** The last one of the page before. */
  after?: ListPlace;
}

export interface AlertPage {
  alerts: AlertRow[];
  /** Where the next page begins; undefined on the last one. */
  next: ListPlace | undefined;
}

/** A page of a user's alerts in a market, the newest first. */
export async function listAlerts(db: Kysely<Database>, wish: AlertPageWish): Promise<AlertPage> {
  const { status, ticker, limit, after } = wish;
  let query = ownAlerts(db, wish);
  if (status !== undefined) query = query.where('status', '=', status);
  if (ticker !== undefined) query = query.where('ticker', '=', ticker);
  if (after !== undefined) {
    const createdAt = sql`'epoch'::timestamptz + ${after.createdUs}::bigint * interval '1 microsecond'`;
    query = query.where(sql<boolean>`(created_at, id) < (${createdAt}, ${after.id}::uuid)`);
  }
  const rows = await query
    .select(sql<string>`(extract(epoch from created_at) * 1000000)::bigint`.as('created_us'))
    .$castTo<AlertRow & { created_us: string }>()
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  const alerts = rows.slice(0, limit);
  const last = alerts.at(-1);
  const hasMore = rows.length > limit && last !== undefined;
  return { alerts, next: hasMore ? { createdUs: last.created_us, id: last.id } : undefined };
}

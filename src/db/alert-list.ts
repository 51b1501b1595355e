import { type Kysely, sql } from 'kysely';
import type { AlertStatus } from '../domain/alert';
import type { Market } from '../domain/quote';
import { type AlertRow, ownAlerts } from './alerts';
import { CREATED_US, createdPlace, type ListPlace, placeBehind, timeOf } from './list-place';
import type { Database } from './schema';

export interface AlertPageWish {
  userId: string;
  market: Market;
  status?: AlertStatus;
  ticker?: string;
  limit: number;
  /** The last one of the page before. */
  after?: ListPlace;
}

/** An alert, and when its workflow looks at the price by itself, at the latest. */
export interface ListedAlert extends AlertRow {
  next_check_at: Date | null;
}

export interface AlertPage {
  alerts: ListedAlert[];
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
    query = query.where(sql<boolean>`(created_at, id) < (${timeOf(after)}, ${after.id}::uuid)`);
  }
  const rows = await query
    .select(['next_check_at', CREATED_US.as('created_us')])
    .$castTo<ListedAlert & { created_us: string }>()
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  const alerts = rows.slice(0, limit);
  return { alerts, next: placeBehind(alerts, rows.length, createdPlace) };
}

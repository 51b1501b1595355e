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

/** A user's alerts in a market with one of these statuses. */
export interface AlertsWish {
  userId: string;
  market: Market;
  statuses: readonly AlertStatus[];
}

const PER_READ = 500;

/** These alerts, the oldest first; some at a time, never all of them. */
export async function* alertsInOrder(
  db: Kysely<Database>,
  { statuses, ...owner }: AlertsWish,
): AsyncGenerator<AlertRow[]> {
  let after: ListPlace | undefined;
  do {
    let query = ownAlerts(db, owner).where('status', 'in', statuses);
    if (after !== undefined)
      query = query.where(sql<boolean>`(created_at, id) > (${timeOf(after)}, ${after.id}::uuid)`);
    const rows = await query
      .select(CREATED_US.as('created_us'))
      .$castTo<AlertRow & { created_us: string }>()
      .orderBy('created_at')
      .orderBy('id')
      .limit(PER_READ)
      .execute();
    if (rows.length > 0) yield rows;
    const last = rows.at(-1);
    after = last !== undefined && rows.length === PER_READ ? createdPlace(last) : undefined;
  } while (after !== undefined);
}

/** The names of all labels that these alerts have, in the order of the alphabet. */
export async function labelNames(
  db: Kysely<Database>,
  { statuses, ...owner }: AlertsWish,
): Promise<string[]> {
  const rows = await ownAlerts(db, owner)
    .where('status', 'in', statuses)
    .where('labels', 'is not', null)
    .clearSelect()
    .select(sql<string>`jsonb_object_keys(labels)`.as('name'))
    .distinct()
    .orderBy('name')
    .execute();
  return rows.map(({ name }) => name);
}

/** How many of these alerts have headers of their own. */
export async function countWithHeaders(
  db: Kysely<Database>,
  { statuses, ...owner }: AlertsWish,
): Promise<number> {
  const { count } = await ownAlerts(db, owner)
    .where('status', 'in', statuses)
    .where('headers', 'is not', null)
    .clearSelect()
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
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

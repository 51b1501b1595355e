import { type Kysely, type Selectable, sql } from 'kysely';
import type { DeliveryStatus } from '../domain/delivery';
import { carrier } from './carrier';
import { CREATED_US, createdPlace, type ListPlace, placeBehind, timeOf } from './list-place';
import { attemptsOf, countWithin } from './newest-attempts';
import type { Owner } from './reopening';
import type { Database } from './schema';
import type { AttemptsTable, DeliveriesTable } from './tables/deliveries';

export type AttemptDetails = Omit<Selectable<AttemptsTable>, 'delivery_id'>;

/** A delivery with all that is known of its newest attempts, in their order. */
export type DeliveryDetails = Pick<
  Selectable<DeliveriesTable>,
  | 'id'
  | 'alert_id'
  | 'type'
  | 'url'
  | 'body'
  | 'status'
  | 'created_at'
  | 'delivered_at'
  | 'next_attempt_at'
  | 'round'
> & {
  /** The workflow that makes it. */
  workflow_id: string;
  attempts: AttemptDetails[];
};

export interface DeliveryPageWish extends Owner {
  status?: DeliveryStatus;
  /** Of those created from `since` until before `until`. */
  since?: Date;
  until?: Date;
  limit: number;
  /** The last one of the page before. */
  after?: ListPlace;
}

export interface DeliveryPage {
  deliveries: DeliveryDetails[];
  /** Where the next page begins; undefined on the last one. */
  next: ListPlace | undefined;
}

/** A page ends early rather than tell more: one of many deliveries that were made again often would not fit into memory. */
const MOST_ATTEMPTS_IN_PAGE = 1_000;

/** A page of a user's deliveries in a market, the newest first. */
export async function listDeliveryPage(db: Kysely<Database>, wish: DeliveryPageWish): Promise<DeliveryPage> {
  const { status, since, until, limit, after } = wish;
  let query = ownDeliveries(db, wish);
  if (status !== undefined) query = query.where('status', '=', status);
  if (since !== undefined) query = query.where('created_at', '>=', since);
  if (until !== undefined) query = query.where('created_at', '<', until);
  if (after !== undefined) {
    query = query.where(sql<boolean>`(created_at, id) < (${timeOf(after)}, ${after.id})`);
  }
  const rows = await query
    .select(CREATED_US.as('created_us'))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  const ids = rows.slice(0, limit).map(({ id }) => id);
  const page = rows.slice(0, await countWithin(db, ids, MOST_ATTEMPTS_IN_PAGE));
  return {
    deliveries: await withAttempts(db, page),
    next: placeBehind(page, rows.length, createdPlace),
  };
}

/** One of a user's deliveries; undefined for an unknown one and another user's alike. */
export async function findDelivery(
  db: Kysely<Database>,
  id: string,
  owner: Owner,
): Promise<DeliveryDetails | undefined> {
  const found = await ownDeliveries(db, owner).where('id', '=', id).execute();
  return (await withAttempts(db, found))[0];
}

const ownDeliveries = (db: Kysely<Database>, owner: Owner) =>
  db
    .selectFrom('deliveries as d')
    .select(['id', 'alert_id', 'type', 'url', 'body', 'status', 'created_at', 'delivered_at'])
    .select(['next_attempt_at', 'round', carrier.as('workflow_id')])
    .where('user_id', '=', owner.userId)
    .where('market', '=', owner.market);

async function withAttempts<T extends { id: string }>(
  db: Kysely<Database>,
  deliveries: T[],
): Promise<(T & { attempts: AttemptDetails[] })[]> {
  if (deliveries.length === 0) return [];
  const ids = deliveries.map(({ id }) => id);
  const attempts = await attemptsOf(db, ids);
  return deliveries.map((delivery) => ({ ...delivery, attempts: attempts.get(delivery.id) ?? [] }));
}

import { type Kysely, sql } from 'kysely';
import type { Condition } from '../domain/alert';
import type { Database } from './schema';

/** What is needed to start an alert's workflow. */
export interface AlertToStart {
  id: string;
  ownerId: string;
  ticker: string;
  condition: Condition;
  targetPrice: string;
  webhookUrl: string;
}

/** The columns of an `AlertToStart`, of alerts as `a`. */
export const toStart = sql`
  a.id, a.user_id as "ownerId", a.ticker, a.condition, a.target_price as "targetPrice", a.webhook_url as "webhookUrl"`;

/** Those of the alerts that a workflow is to be started for: that still wait. */
export async function findAlertsToStart(db: Kysely<Database>, alertIds: string[]): Promise<AlertToStart[]> {
  const { rows } = await sql<AlertToStart>`
    select ${toStart} from alerts as a
    where a.id = any(${alertIds}::uuid[]) and a.status in ('active', 'paused')`.execute(db);
  return rows;
}

/**
 * Pending deliveries whose workflow was not told of them yet. A tick takes the newest first and the drain the oldest,
 * so that the two meet in the middle instead of doing the same work.
 */
export async function unwokenDeliveries(
  db: Kysely<Database>,
  order: 'newest' | 'oldest',
  limit: number,
): Promise<(AlertToStart & { deliveryId: string })[]> {
  const { rows } = await sql<AlertToStart & { deliveryId: string }>`
    select d.id as "deliveryId", ${toStart}
    from deliveries as d join alerts as a on a.id = d.alert_id
    where d.woken_at is null and d.status = 'pending'
    order by d.created_at ${sql.raw(order === 'newest' ? 'desc' : 'asc')}
    limit ${limit}`.execute(db);
  return rows;
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

import { type Kysely, type Selectable, sql } from 'kysely';
import type { AttemptOutcome, DeliveryStatus } from '../domain/delivery';
import type { OwnAlert } from './alerts';
import { newestAttempts } from './newest-attempts';
import type { Database } from './schema';
import type { AttemptsTable } from './tables/deliveries';

export interface AttemptRow {
  number: number;
  started_at: Date;
  ended_at: Date | null;
  outcome: AttemptOutcome | null;
  status_code: number | null;
  error: string | null;
  duration_ms: number | null;
  response_body: string | null;
}

export interface DeliveryRow {
  id: string;
  alert_id: string;
  status: DeliveryStatus;
  created_at: Date;
  delivered_at: Date | null;
  next_attempt_at: Date | null;
  attempts: AttemptRow[];
}

/**
 * The deliveries of one of a user's alerts, the newest first, each with its newest attempts in their order.
 * @returns undefined where the user has no such alert
 */
export async function listDeliveries(
  db: Kysely<Database>,
  alert: OwnAlert,
): Promise<DeliveryRow[] | undefined> {
  const rows = await db
    .selectFrom('alerts as a')
    .leftJoin('deliveries as d', 'd.alert_id', 'a.id')
    .leftJoinLateral(sql<Selectable<AttemptsTable>>`${newestAttempts(sql`d.id`)}`.as('t'), (join) =>
      join.onTrue(),
    )
    .select(['d.id', 'd.alert_id', 'd.status', 'd.created_at', 'd.delivered_at', 'd.next_attempt_at'])
    .select([
      't.number',
      't.started_at',
      't.ended_at',
      't.outcome',
      't.status_code',
      't.error',
      't.duration_ms',
    ])
    .select('t.response_body')
    .where('a.id', '=', alert.id)
    .where('a.user_id', '=', alert.userId)
    .where('a.market', '=', alert.market)
    .where('a.status', '<>', 'deleted')
    .orderBy('d.firing_number', 'desc')
    .orderBy('d.created_at', 'desc')
    .orderBy('d.id')
    .orderBy('t.number')
    .execute();
  return rows.length === 0 ? undefined : grouped(rows);
}

type Joined = Omit<DeliveryRow, 'attempts'> & AttemptRow;

/** Outer joins: an alert that never fired has one row of nulls, so has a delivery that was never tried. */
function grouped(rows: { [K in keyof Joined]: Joined[K] | null }[]): DeliveryRow[] {
  const deliveries = new Map<string, DeliveryRow>();
  for (const row of rows) {
    if (row.id === null) continue;
    const { id, alert_id, status, created_at, delivered_at, next_attempt_at, ...attempt } = row as Joined;
    const delivery = deliveries.get(id) ?? {
      ...{ id, alert_id, status, created_at, delivered_at, next_attempt_at },
      attempts: [],
    };
    deliveries.set(id, delivery);
    if (row.number !== null) delivery.attempts.push(attempt);
  }
  return [...deliveries.values()];
}

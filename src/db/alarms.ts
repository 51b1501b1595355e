import { type Kysely, type Selectable, sql } from 'kysely';
import { alarmMessage } from '../domain/notice';
import type { Market } from '../domain/quote';
import { insertNotice } from './notices';
import type { Database } from './schema';
import { storable } from './storable';
import type { AlarmsTable } from './tables/operations';

export type AlarmRow = Selectable<AlarmsTable>;

/** Whom alarms are told to. */
export interface AlarmContext {
  market: Market;
  /** False where nobody is to be told: alarms are stored all the same. */
  told: boolean;
}

/**
 * Opens an alarm, and stores the message that says so, unless it is open already.
 * @returns whether it was opened now
 */
export async function openAlarm(
  db: Kysely<Database>,
  { market, told }: AlarmContext,
  key: string,
  detail: string,
): Promise<boolean> {
  return await inTransaction(db, async (trx) => {
    const { rows } = await sql<AlarmRow>`
      insert into alarms (market, key, detail) values (${market}, ${key}, ${storable(detail)})
      on conflict (market, key) where closed_at is null do nothing
      returning *`.execute(trx);
    const [alarm] = rows;
    if (alarm === undefined) return false;
    await tell(trx, alarm, 'opened', told);
    return true;
  });
}

/**
 * Closes an alarm, and stores the message that says so, if it is open.
 * @returns whether it was closed now
 */
export async function closeAlarm(
  db: Kysely<Database>,
  { market, told }: AlarmContext,
  key: string,
): Promise<boolean> {
  return await inTransaction(db, async (trx) => {
    const { rows } = await sql<AlarmRow>`
      update alarms set closed_at = now() where market = ${market} and key = ${key} and closed_at is null
      returning *`.execute(trx);
    const [alarm] = rows;
    if (alarm === undefined) return false;
    await tell(trx, alarm, 'closed', told);
    return true;
  });
}

/** Opens or closes an alarm, as the state of things is; `detail` is why it is open. */
export async function setAlarm(
  db: Kysely<Database>,
  context: AlarmContext,
  key: string,
  detail: string | undefined,
): Promise<void> {
  if (detail === undefined) await closeAlarm(db, context, key);
  else await openAlarm(db, context, key, detail);
}

/** Alarms of a market, the newest first; only those that are open, if asked for. */
export async function listAlarms(
  db: Kysely<Database>,
  market: Market,
  { isOpen, limit }: { isOpen?: boolean; limit: number },
): Promise<AlarmRow[]> {
  let query = db.selectFrom('alarms').selectAll().where('market', '=', market);
  if (isOpen !== undefined) query = query.where('closed_at', isOpen ? 'is' : 'is not', null);
  return await query.orderBy('opened_at', 'desc').orderBy('id').limit(limit).execute();
}

async function tell(
  db: Kysely<Database>,
  alarm: AlarmRow,
  kind: 'opened' | 'closed',
  told: boolean,
): Promise<void> {
  const { id, market, key, detail, opened_at, closed_at } = alarm;
  const message = alarmMessage({ kind, market, key, detail, openedAt: opened_at, closedAt: closed_at });
  await insertNotice(db, { market, event: `alarm:${id}:${kind}`, message, told });
}

async function inTransaction<T>(
  db: Kysely<Database>,
  work: (db: Kysely<Database>) => Promise<T>,
): Promise<T> {
  return db.isTransaction ? await work(db) : await db.transaction().execute(work);
}

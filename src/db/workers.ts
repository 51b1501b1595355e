import { type Kysely, sql } from 'kysely';
import type { Database } from './schema';

/** Whether any worker, or any on one host, was seen in the last so many seconds. */
export async function isWorkerAlive(
  db: Kysely<Database>,
  withinSeconds: number,
  host?: string,
): Promise<boolean> {
  const { rows } = await sql<{ alive: boolean }>`
    select exists (
      select from workers
      where seen_at > now() - make_interval(secs => ${withinSeconds})
        and (${host ?? null}::text is null or split_part(id, '/', 1) = ${host ?? null})
    ) as alive`.execute(db);
  return rows[0]?.alive === true;
}

/** Notes that a worker is there, and forgets those that were not seen for an hour. */
export async function sawWorker(db: Kysely<Database>, id: string): Promise<void> {
  await sql`
    with gone as (delete from workers where seen_at < now() - interval '1 hour')
    insert into workers (id) values (${id}) on conflict (id) do update set seen_at = now()`.execute(db);
}

/** Forgets a worker that stops. */
export async function forgetWorker(db: Kysely<Database>, id: string): Promise<void> {
  await db.deleteFrom('workers').where('id', '=', id).execute();
}

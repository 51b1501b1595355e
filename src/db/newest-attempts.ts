import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { AttemptDetails } from './delivery-list';
import type { Database } from './schema';

/** Of one delivery so many attempts are told, the newest: it can be made again for ever, and each may hold 17 kB of answers. */
export const MOST_ATTEMPTS = 100;

/** The newest attempts of the delivery that this is the id of. */
export const newestAttempts = (deliveryId: RawBuilder<unknown>) => sql`
  (select * from attempts where delivery_id = ${deliveryId} order by number desc limit ${MOST_ATTEMPTS})`;

/** What is told of the attempts of these deliveries, in their order. */
export async function attemptsOf(
  db: Kysely<Database>,
  deliveryIds: string[],
): Promise<Map<string, AttemptDetails[]>> {
  const { rows } = await sql<AttemptDetails & { delivery_id: string }>`
    select t.* from unnest(${deliveryIds}::text[]) as wanted (id)
    cross join lateral ${newestAttempts(sql`wanted.id`)} as t
    order by t.number`.execute(db);
  const attempts = new Map<string, AttemptDetails[]>(deliveryIds.map((id) => [id, []]));
  for (const { delivery_id, ...attempt } of rows) attempts.get(delivery_id)?.push(attempt);
  return attempts;
}

/** How many of the first of these deliveries have `most` attempts to be told together; one at least. */
export async function countWithin(
  db: Kysely<Database>,
  deliveryIds: string[],
  most: number,
): Promise<number> {
  const { rows } = await sql<{ fit: number }>`
    select count(*)::int as fit from (
      select sum(attempts) over (order by place) as so_far
      from (
        select place, (select count(*) from ${newestAttempts(sql`wanted.id`)} as t) as attempts
        from unnest(${deliveryIds}::text[]) with ordinality as wanted (id, place)
      ) as counted
    ) as summed
    where so_far <= ${most}`.execute(db);
  return Math.max(1, rows[0]?.fit ?? 0);
}

import { type Kysely, type Selectable, sql } from 'kysely';
import { MOST_RECOVERED, type Owner, reopenAll } from './reopening';
import type { Database } from './schema';
import type { EndpointsTable } from './tables/deliveries';

export type EndpointRow = Omit<Selectable<EndpointsTable>, 'user_id' | 'market' | 'notice_due_at'> & {
  /** Deliveries that were skipped and can be made again. */
  skipped: number;
};

/** A user's endpoints in a market that have failed within a month, or are disabled; by host. */
export async function listEndpoints(db: Kysely<Database>, owner: Owner): Promise<EndpointRow[]> {
  // Materialized: the planner expects one endpoint, and would go through all that was skipped for each of a thousand.
  const { rows } = await sql<EndpointRow>`
    with skipped as materialized (
      select webhook_host(d.url) as host, count(*)::int as skipped
      from deliveries as d left join alerts as a on a.id = d.alert_id
      where d.user_id = ${owner.userId} and d.market = ${owner.market} and d.status = 'skipped'
        and a.status is distinct from 'deleted'
      group by 1
    )
    select e.id, e.host, e.failing_since, e.failures, e.last_failure_at, e.last_error, e.last_status_code,
      e.last_success_at, e.disabled_at, coalesce(s.skipped, 0) as skipped
    from endpoints as e left join skipped as s on s.host = e.host
    where e.user_id = ${owner.userId} and e.market = ${owner.market}
    order by e.host`.execute(db);
  return rows;
}

/** One of a user's endpoints; undefined for an unknown one and another user's alike. */
export async function findEndpoint(
  db: Kysely<Database>,
  id: string,
  owner: Owner,
): Promise<EndpointRow | undefined> {
  return (await listEndpoints(db, owner)).find((endpoint) => endpoint.id === id);
}

/**
 * Has deliveries sent again to one of a user's disabled endpoints, and forgets its failures.
 * @param sendSkipped whether what was skipped meanwhile is to be delivered, too
 * @returns how much of it is; undefined where the user has no such endpoint, `not disabled` where it is not
 */
export async function enableEndpoint(
  db: Kysely<Database>,
  id: string,
  owner: Owner,
  sendSkipped: boolean,
): Promise<{ recovered: number } | 'not disabled' | undefined> {
  const endpoint = await findEndpoint(db, id, owner);
  if (endpoint === undefined) return undefined;
  if (endpoint.disabled_at === null) return 'not disabled';
  // Before, so that whoever is cut off here can call again; and after, for what was skipped until then.
  const before = sendSkipped ? await reopenSkipped(db, owner, endpoint.host) : 0;
  const enabled = await db
    .updateTable('endpoints')
    .set({ disabled_at: null, notice_due_at: null, failing_since: null, failures: 0 })
    .where('id', '=', id)
    .where('disabled_at', 'is not', null)
    .executeTakeFirst();
  if (enabled.numUpdatedRows === 0n) return 'not disabled';
  const after = sendSkipped ? await reopenSkipped(db, owner, endpoint.host) : 0;
  return { recovered: before + after };
}

async function reopenSkipped(db: Kysely<Database>, owner: Owner, host: string): Promise<number> {
  let reopened = 0;
  for (;;) {
    const page = await reopenAll(
      db,
      sql`d.user_id = ${owner.userId} and d.market = ${owner.market} and d.status = 'skipped'
        and webhook_host(d.url) = ${host}`,
    );
    reopened += page;
    if (page < MOST_RECOVERED) return reopened;
  }
}

/**
 * Forgets endpoints that have not failed for a month, and those of users who have left.
 * @returns how many
 */
export async function forgetIdleEndpoints(db: Kysely<Database>): Promise<number> {
  const { rows } = await sql`
    delete from endpoints as e
    where (disabled_at is null and last_failure_at < now() - interval '30 days')
      or not exists (select from users where id = e.user_id and is_active)
    returning id`.execute(db);
  return rows.length;
}

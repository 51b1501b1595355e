import { type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import { insertMessage } from './messages';
import type { Database } from './schema';
import type { EndpointsTable } from './tables/deliveries';

/** Where there is nobody to tell: again so much later, and not any longer once it was disabled so long ago. */
const AGAIN_AFTER = sql<Date>`now() + interval '10 minutes'`;
const GIVE_UP_AFTER = sql`interval '1 day'`;

type Disabled = Selectable<EndpointsTable>;

/**
 * Tells a user that one of their endpoints was disabled, at another one that works. The message is stored in the transaction
 * that clears the notice: never lost, never twice.
 * @returns whether a notice was due; call again until none is
 */
export async function takeNotice(db: Kysely<Database>): Promise<boolean> {
  return await db
    .transaction()
    .setIsolationLevel('read committed')
    .execute(async (trx) => {
      const { rows } = await sql<Disabled>`
        select * from endpoints where notice_due_at <= now() and disabled_at is not null
        order by notice_due_at limit 1 for no key update skip locked`.execute(trx);
      const [disabled] = rows;
      if (disabled === undefined) return false;
      const url = await workingUrl(trx, disabled);
      if (url !== undefined) await tell(trx, disabled, url);
      await sql`
        update endpoints
        set notice_due_at = case when ${url === undefined} and disabled_at > now() - ${GIVE_UP_AFTER} then ${AGAIN_AFTER} end
        where id = ${disabled.id}`.execute(trx);
      return true;
    });
}

async function tell(trx: Transaction<Database>, disabled: Disabled, url: string): Promise<void> {
  const { user_id: userId, market, host, failing_since, failures, last_error } = disabled;
  const data = { host, failing_since: failing_since?.toISOString() ?? null, failures, last_error };
  await insertMessage(trx, { userId, market, type: 'endpoint.disabled', url, data });
}

/**
 * The URL of another host of theirs that does not fail: the one that was last delivered to, not longer than a month ago, or
 * else one that an active alert names. None where the user has left: whoever is leaving is waited for.
 */
async function workingUrl(
  trx: Transaction<Database>,
  { user_id, market }: Disabled,
): Promise<string | undefined> {
  const { rows: users } = await sql`
    select from users where id = ${user_id} and is_active for share`.execute(trx);
  if (users.length === 0) return undefined;
  const { rows } = await sql<{ url: string }>`
    select url from (
      select url, delivered_at from deliveries
      where user_id = ${user_id} and market = ${market} and status = 'delivered' and type <> 'webhook.test'
        and delivered_at > now() - interval '30 days'
      union all
      select webhook_url, null from alerts
      where user_id = ${user_id} and market = ${market} and status = 'active'
    ) as known
    where webhook_host(url) not in (
      select host from endpoints
      where user_id = ${user_id} and market = ${market} and failing_since is not null
    )
    order by delivered_at desc nulls last limit 1`.execute(trx);
  return rows[0]?.url;
}

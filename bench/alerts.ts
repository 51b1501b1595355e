import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import pLimit from 'p-limit';
import { readConfig } from '../src/config';
import type { Database } from '../src/db/schema';
import { type AlertToStart, toStart } from '../src/db/wakes';
import { alertWorkflowOptions, alertWorkflowType } from '../src/temporal';
import { newWebhookSecret } from '../src/webhooks/sign';
import type { priceAlert } from '../src/workflows/price-alert';
import { benchBox } from './secrets';
import type { Stack } from './stack';

const STARTS_IN_FLIGHT = 50;
const LOOK_EVERY_MS = 200;

/** Users with a key that nobody knows, straight into the database. */
export async function insertUsers(db: Kysely<Database>, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  const secrets = ids.map((id) => benchBox.seal(newWebhookSecret(), id));
  await sql`
    with made as (
      insert into users (id, email) select id, id || '@example.com' from unnest(${ids}::uuid[]) as id
      returning id
    ),
    signing as (
      insert into webhook_secrets (user_id, secret)
      select id, secret from unnest(${ids}::uuid[], ${secrets}::text[]) as t (id, secret)
    )
    insert into api_keys (user_id, prefix, hash) select id, 'sk_live_x', sha256(id::text::bytea) from made`.execute(
    db,
  );
  return ids;
}

/** Active alerts above each of the targets (on BTC by default), dealt to the users in turn, as the API would insert them. */
export async function insertAlerts(
  db: Kysely<Database>,
  alerts: { users: string[]; targets: number[]; url: string; ticker?: string },
): Promise<AlertToStart[]> {
  const ticker = alerts.ticker ?? 'BTC';
  const { rows } = await sql<AlertToStart>`
    with last as (select coalesce(max(seq), 0) as seq from quotes where market = 'replay' and ticker = ${ticker}),
    inserted as (
      insert into alerts (user_id, market, ticker, condition, target_price, webhook_url, armed_seq, checked_seq, next_check_at)
      select (${alerts.users}::uuid[])[1 + n % ${alerts.users.length}], 'replay', ${ticker}, 'gt', target, ${alerts.url},
        last.seq, last.seq, now()
      from unnest(${alerts.targets}::numeric[]) with ordinality as t (target, n), last
      returning *
    )
    select ${toStart} from inserted as a`.execute(db);
  return rows;
}

/** Starts the workflows of alerts and waits until each has looked and sleeps. */
export async function putToSleep(
  stack: Stack,
  alerts: AlertToStart[],
  say: (what: string) => void,
): Promise<void> {
  const { webhook } = readConfig(stack.env, true);
  const limit = pLimit(STARTS_IN_FLIGHT);
  let started = 0;
  await Promise.all(
    alerts.map((alert) =>
      limit(async () => {
        await stack.temporal.client.workflow.start<typeof priceAlert>(
          alertWorkflowType(alert),
          alertWorkflowOptions(alert, webhook),
        );
        started += 1;
        if (started % 1_000 === 0) say(`${started} of ${alerts.length} workflows started`);
      }),
    ),
  );
  await untilAsleep(stack.db);
}

/** Waits until every active alert's workflow has looked at its price and knows when it looks next. */
export async function untilAsleep(db: Kysely<Database>): Promise<void> {
  await until(async () => {
    const { rows } = await sql<{ awake: number }>`
      select count(*)::int as awake from alerts
      where status = 'active' and next_check_at < now() + interval '1 minute'`.execute(db);
    return rows[0]?.awake === 0;
  });
}

/**
 * Waits until so many deliveries are recorded as delivered, and checks that nothing was lost, doubled or not recorded.
 * @throws Error where the rows say otherwise
 */
export async function untilDelivered(db: Kysely<Database>, count: number): Promise<void> {
  const counts = async () => {
    const { rows } = await sql<{ delivered: number; deliveries: number; attempts: number; alerts: number }>`
      select count(*)::int as deliveries, count(*) filter (where status = 'delivered')::int as delivered,
        (select count(*)::int from attempts where outcome = 'delivered') as attempts,
        count(distinct alert_id)::int as alerts
      from deliveries`.execute(db);
    return rows[0];
  };
  await until(async () => (await counts())?.delivered === count);
  const found = await counts();
  if (found?.deliveries !== count || found.attempts !== count || found.alerts !== count) {
    throw new Error(
      `Not one delivery and one attempt for each of ${count} firings: ${JSON.stringify(found)}`,
    );
  }
}

/** Looks again and again until `isSo`. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(LOOK_EVERY_MS);
}

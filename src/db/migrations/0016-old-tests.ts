import { type Kysely, sql } from 'kysely';

/** Tests of webhooks are not kept for good: what finds the old ones. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create index deliveries_tests on deliveries (created_at)
    where type = 'webhook.test' and status <> 'pending'`.execute(db);
}

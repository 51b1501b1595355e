import { type Kysely, sql } from 'kysely';

/** Which workflow makes a delivery, where an operator's reset has made it another one than its round says. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table deliveries add column carrier text`.execute(db);
}

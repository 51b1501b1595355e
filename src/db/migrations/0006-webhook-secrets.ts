import { type Kysely, sql } from 'kysely';

/** Several webhook secrets a user, in a table of their own. What is still plain text is encrypted right afterwards. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table webhook_secrets (
      id uuid primary key default gen_random_uuid(),
      user_id uuid not null references users (id) on delete cascade,
      secret text not null,
      created_at timestamptz not null default now(),
      expires_at timestamptz
    )`.execute(db);
  await sql`create index webhook_secrets_user on webhook_secrets (user_id)`.execute(db);
  await sql`
    create unique index webhook_secrets_current on webhook_secrets (user_id) where expires_at is null`.execute(
    db,
  );
  await sql`
    create index webhook_secrets_expiring on webhook_secrets (expires_at) where expires_at is not null`.execute(
    db,
  );
  await sql`
    insert into webhook_secrets (user_id, secret, created_at)
    select id, webhook_secret, created_at from users where webhook_secret is not null`.execute(db);
  // The check that an active user has an address and a secret goes with the column.
  await sql`alter table users drop column webhook_secret`.execute(db);
  await sql`
    alter table users add constraint users_active_email check (not is_active or email is not null)`.execute(
    db,
  );
}

import { type Kysely, sql } from 'kysely';

/** What every source said at every tick, kept by day, and how far the archive on disk has got with it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Not an identity column: before 17, PostgreSQL has none on partitioned tables.
  await sql`create sequence source_quotes_seq`.execute(db);
  await sql`
    create table source_quotes (
      seq bigint not null default nextval('source_quotes_seq'),
      market text not null,
      ticker text not null,
      source text not null,
      price numeric not null,
      source_time timestamptz,
      received_at timestamptz not null,
      tick_at timestamptz not null,
      accepted boolean not null,
      reason text,
      check (accepted = (reason is null))
    ) partition by range (tick_at)`.execute(db);
  await sql`alter sequence source_quotes_seq owned by source_quotes.seq`.execute(db);
  // The archive goes on after the last seq that it has; everybody else asks for a span.
  await sql`create index source_quotes_by_seq on source_quotes (market, ticker, seq)`.execute(db);
  await sql`create index source_quotes_by_tick on source_quotes (market, ticker, tick_at)`.execute(db);
  // For a day that nobody has made a partition for yet: no tick may fail for that.
  await sql`create table source_quotes_default partition of source_quotes default`.execute(db);

  await sql`
    create table archive_state (
      market text primary key,
      -- Every source quote up to this one is in the raw log.
      appended_seq bigint not null default 0,
      appended_at timestamptz,
      -- Both null while the log can be written.
      failing_since timestamptz,
      failure text
    )`.execute(db);
}

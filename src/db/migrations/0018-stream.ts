import { type Kysely, sql } from 'kysely';

/** What becomes of alerts and deliveries, written down for the stream by whatever statement changes their rows. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Read in the order of (xid, seq): once no transaction with a smaller xid runs, nothing can appear before a row any longer.
  await sql`
    create table stream_events (
      xid xid8 not null default pg_current_xact_id(),
      seq bigint generated always as identity,
      user_id uuid not null,
      market text not null,
      type text not null,
      at timestamptz not null default clock_timestamp(),
      data text not null,
      primary key (xid, seq)
    )`.execute(db);
  await sql`create index stream_events_user on stream_events (user_id, market, xid, seq)`.execute(db);
  // The last event that was deleted for its age: whoever saw less than that has missed some for good.
  await sql`create table stream_trimmed (xid xid8 not null, seq bigint not null)`.execute(db);
  await sql`
    create function stream_time(at timestamptz) returns text language sql stable as
    $$ select to_char(at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') $$`.execute(db);
  await tellOfAlerts(db);
  await tellOfDeliveries(db);
}

async function tellOfAlerts(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function stream_alert() returns trigger language plpgsql as $$
    declare
      type text := 'alert.updated';
      its alerts;
    begin
      if tg_op = 'DELETE' then
        its := old;
        its.status := 'deleted';
      else
        its := new;
      end if;
      if tg_op = 'INSERT' then
        type := 'alert.created';
      elsif its.status = 'deleted' then
        type := 'alert.deleted';
      elsif its.status = 'fired' then
        type := 'alert.triggered';
      end if;
      insert into stream_events (user_id, market, type, data) values (its.user_id, its.market, type, json_build_object(
        'id', its.id, 'ticker', its.ticker, 'target_price', trim_scale(its.target_price), 'condition', its.condition,
        'webhook_url', its.webhook_url, 'is_active', its.status = 'active', 'status', its.status,
        'created_at', stream_time(its.created_at), 'triggered_at', stream_time(its.triggered_at),
        'triggered_price', trim_scale(its.triggered_price))::text);
      return null;
    end $$`.execute(db);
  await sql`
    create trigger stream_alert_made after insert on alerts
    for each row execute function stream_alert()`.execute(db);
  // A look at the price changes none of these, and then no function is called.
  await sql`
    create trigger stream_alert_changed after update on alerts
    for each row when ((old.status, old.target_price, old.condition, old.webhook_url)
      is distinct from (new.status, new.target_price, new.condition, new.webhook_url))
    execute function stream_alert()`.execute(db);
  await sql`
    create trigger stream_alert_gone after delete on alerts
    for each row when (old.status <> 'deleted') execute function stream_alert()`.execute(db);
}

async function tellOfDeliveries(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function stream_delivery() returns trigger language plpgsql as $$
    declare
      -- Pending again is one that was over, and pending now one that a user hurries; else an attempt has failed.
      type text := case
        when new.status <> 'pending' then 'delivery.' || new.status
        when old.status = 'pending' and new.next_cause is null then 'delivery.attempted'
        else 'delivery.pending'
      end;
    begin
      insert into stream_events (user_id, market, type, data) values (new.user_id, new.market, type, json_build_object(
        'id', new.id, 'alert_id', new.alert_id, 'type', new.type, 'status', new.status,
        'created_at', stream_time(new.created_at), 'delivered_at', stream_time(new.delivered_at),
        'next_attempt_at', stream_time(new.next_attempt_at),
        'attempt', (
          select json_build_object(
            'number', number, 'started_at', stream_time(started_at), 'ended_at', stream_time(ended_at),
            'status_code', status_code, 'outcome', coalesce(outcome, 'unknown'), 'error', error,
            'duration_ms', duration_ms)
          from attempts where delivery_id = new.id order by number desc limit 1
        ))::text);
      return null;
    end $$`.execute(db);
  // That a workflow was told of a delivery is no news.
  await sql`
    create trigger stream_delivery after update on deliveries
    for each row when ((old.status, old.next_attempt_at) is distinct from (new.status, new.next_attempt_at))
    execute function stream_delivery()`.execute(db);
}

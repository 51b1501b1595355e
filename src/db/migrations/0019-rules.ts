import { type Kysely, sql } from 'kysely';

/** Alerts that say more than a line on a price: their rules, where each of them stands, and what they send where. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table alerts
    -- Null: a plain alert, which waits for one price and fires once. Plain ones are claimed by one statement: claims.ts.
    add column rule jsonb,
    -- The same for alerts that wait for the same; null for plain ones.
    add column rule_key text,
    -- Beside webhook_url.
    add column more_urls text[] not null default '{}',
    add column message jsonb,
    -- Encrypted for this user: they may hold secrets.
    add column headers text,
    add column note text,
    add column labels jsonb,
    -- What its user is told beside its firings.
    add column events text[] not null default '{}',
    add column expires_at timestamptz,
    add column snoozed_until timestamptz,
    -- Since when its user knows that its ticker has no price; null: it has one, as far as they know.
    add column suspended_at timestamptz,
    alter column target_price drop not null,
    drop constraint alerts_condition_check,
    drop constraint alerts_status_check,
    add constraint alerts_status_check check (status in ('active', 'paused', 'fired', 'expired', 'deleted')),
    add constraint alerts_plain check (rule is not null or (
      target_price is not null and condition in ('gt', 'lt') and status <> 'expired'))`.execute(db);

  await sql`drop index alerts_waiting`.execute(db);
  await sql`
    create index alerts_waiting on alerts (market, ticker, condition, target_price)
    where status = 'active' and rule is null`.execute(db);
  await sql`drop index alerts_identical`.execute(db);
  await sql`
    create unique index alerts_identical on alerts (user_id, market, ticker, condition, target_price)
    where status = 'active' and rule is null`.execute(db);
  await sql`
    create unique index alerts_identical_rule on alerts (user_id, market, ticker, rule_key)
    where status = 'active' and rule is not null`.execute(db);
  // What is looked through where a ticker has no price any longer, or has one again.
  await sql`
    create index alerts_rules on alerts (market, ticker)
    where status = 'active' and rule is not null and suspended_at is null`.execute(db);
  await sql`
    create index alerts_suspended on alerts (market, ticker)
    where status = 'active' and rule is not null and suspended_at is not null`.execute(db);

  await watches(db);
  await ownMessages(db);
  await tellOfRules(db);
}

/** Where each alert with a rule stands, and what has to be seen before it is looked at again: see watches.ts. */
async function watches(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table watches (
      alert_id uuid primary key references alerts (id) on delete cascade,
      market text not null,
      -- 'BTC change_1h'
      series text not null,
      above double precision,
      below double precision,
      due_at timestamptz,
      state jsonb not null
    ) with (fillfactor = 80)`.execute(db);
  await sql`create index watches_above on watches (market, series, above) where above is not null`.execute(
    db,
  );
  await sql`create index watches_below on watches (market, series, below) where below is not null`.execute(
    db,
  );
  await sql`create index watches_due on watches (market, series, due_at) where due_at is not null`.execute(
    db,
  );
  await sql`create index watches_series on watches (market, series)`.execute(db);

  /*
   * Which watches some values of series concern. Each series is looked up by itself with plans that are made once: planned for all
   * together, that takes longer than the look. A plan that is made for any value takes a range for a third of the table,
   * so it must not think of reading all of it.
   */
  await sql`
    create function concerned_watches(its_market text, names text[], seen float8[], at timestamptz[])
    returns setof uuid language plpgsql stable set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
    begin
      for n in 1 .. coalesce(array_length(names, 1), 0) loop
        return query select alert_id from watches where market = its_market and series = names[n] and above <= seen[n];
        return query select alert_id from watches where market = its_market and series = names[n] and below >= seen[n];
        return query select alert_id from watches where market = its_market and series = names[n] and due_at <= at[n];
      end loop;
    end $$`.execute(db);

  // When each series was seen last, and since when without a break.
  await sql`
    create table series (
      market text not null,
      series text not null,
      seen_at timestamptz not null,
      unbroken_since timestamptz not null,
      value double precision not null,
      primary key (market, series)
    )`.execute(db);

  // Whoever ends or pauses an alert, by whatever statement, ends its watch. A fired one may wait for its condition's end.
  await sql`
    create function end_watch() returns trigger language plpgsql as $$
    begin
      delete from watches where alert_id = new.id;
      return null;
    end $$`.execute(db);
  await sql`
    create trigger end_watch after update of status on alerts
    for each row when (new.rule is not null and new.status in ('paused', 'expired', 'deleted'))
    execute function end_watch()`.execute(db);
}

/** What an alert tells beside its firings belongs to it, too. */
async function ownMessages(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table deliveries
    -- Null: JSON.
    add column content_type text,
    -- Of what may come again between two firings: when it was, Unix milliseconds.
    add column occasion bigint not null default 0`.execute(db);
  await sql`drop index deliveries_identical`.execute(db);
  await sql`
    create unique index deliveries_identical on deliveries (alert_id, firing_number, type, md5(url), occasion)`.execute(
    db,
  );
}

/** On the stream, alerts with a rule say what they wait for, and each of their firings is told; plain ones are told as before. */
async function tellOfRules(db: Kysely<unknown>): Promise<void> {
  await sql`
    create or replace function stream_alert() returns trigger language plpgsql as $$
    declare
      type text := 'alert.updated';
      its alerts;
      told text;
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
      elsif new.firing_number > old.firing_number or (new.status = 'fired' and old.status <> 'fired') then
        type := 'alert.triggered';
      end if;
      told := json_build_object(
        'id', its.id, 'ticker', its.ticker, 'target_price', trim_scale(its.target_price), 'condition', its.condition,
        'webhook_url', its.webhook_url, 'is_active', its.status = 'active', 'status', its.status,
        'created_at', stream_time(its.created_at), 'triggered_at', stream_time(its.triggered_at),
        'triggered_price', trim_scale(its.triggered_price));
      if its.rule is not null then
        told := rtrim(told, '}') || ', ' || ltrim(json_strip_nulls(json_build_object(
          'metric', its.rule->'metric',
          'threshold', case when its.target_price is null and its.rule->'bounds'->1 is null then its.rule->'bounds'->0 end,
          'range', case when its.rule->'bounds'->1 is not null then its.rule->'bounds' end,
          'expires_at', stream_time(its.expires_at), 'snoozed_until', stream_time(its.snoozed_until),
          'suspended_at', stream_time(its.suspended_at), 'note', its.note, 'labels', its.labels,
          'events', its.events, 'webhook_urls', case when its.more_urls <> '{}' then its.webhook_url || its.more_urls end,
          'firings', its.firing_number))::text, '{');
      end if;
      insert into stream_events (user_id, market, type, data) values (its.user_id, its.market, type, told);
      return null;
    end $$`.execute(db);
  await sql`drop trigger stream_alert_changed on alerts`.execute(db);
  await sql`
    create trigger stream_alert_changed after update on alerts
    for each row when (
      (old.status, old.target_price, old.condition, old.webhook_url, old.rule, old.more_urls, old.note, old.labels,
        old.events, old.expires_at, old.snoozed_until, old.suspended_at, old.firing_number)
      is distinct from
      (new.status, new.target_price, new.condition, new.webhook_url, new.rule, new.more_urls, new.note, new.labels,
        new.events, new.expires_at, new.snoozed_until, new.suspended_at, new.firing_number))
    execute function stream_alert()`.execute(db);
}

import { type Kysely, sql, type Transaction } from 'kysely';
import type { AlertMessageType } from '../domain/delivery';
import type { MessageForm } from '../domain/message';
import type { Market } from '../domain/quote';
import type { Rule, RuleCondition } from '../domain/rule';
import { type Interest, interestOf, type WatchState } from '../domain/rule-watch';
import type { Database } from './schema';
import { type SeenValue, seriesName } from './series';

/** An alert with a rule, as its messages tell of it, and where they go. */
export interface AddressedRule {
  id: string;
  userId: string;
  ticker: string;
  condition: RuleCondition;
  targetPrice: string | null;
  rule: Rule;
  urls: string[];
  message: MessageForm | null;
  note: string | null;
  labels: Record<string, string> | null;
}

/** The columns of an `AddressedRule`, of alerts as `a`. */
export const addressed = sql`
  a.id, a.user_id as "userId", a.ticker, a.condition, a.target_price as "targetPrice", a.rule,
  a.webhook_url || a.more_urls as urls, a.message, a.note, a.labels`;

/** An alert with a rule, as it is when a tick looks at it. */
export interface WatchedRule extends AddressedRule {
  state: WatchState;
  /** That its last observation was awaited in. */
  series: string;
  expiresAt: Date | null;
  snoozedUntil: Date | null;
}

/**
 * The alerts that what was seen in this tick may concern, locked in the order of their ids. Costs some steps in an index for each
 * series, and what it returns.
 */
export async function concernedBy(
  trx: Transaction<Database>,
  market: Market,
  seen: readonly SeenValue[],
): Promise<WatchedRule[]> {
  if (seen.length === 0) return [];
  const { rows: concerned } = await sql<{ id: string }>`
    select distinct id from concerned_watches(
      ${market}, ${seen.map(seriesName)}::text[], ${seen.map(({ value }) => value)}::float8[],
      ${seen.map(({ atMs }) => new Date(atMs))}::timestamptz[]
    ) as id`.execute(trx);
  if (concerned.length === 0) return [];
  // A statement of its own, which knows how few they are.
  const { rows } = await sql<WatchedRule>`
    select ${addressed}, w.state, w.series,
      a.expires_at as "expiresAt", a.snoozed_until as "snoozedUntil"
    from alerts as a join watches as w on w.alert_id = a.id
    where a.id = any(${concerned.map(({ id }) => id)}::uuid[]) and a.rule is not null and a.status in ('active', 'fired')
    order by a.id for no key update of a`.execute(trx);
  return rows;
}

/** What became of an alert in a tick. */
export interface Stepped {
  id: string;
  ticker: string;
  state: WatchState;
  interest: Interest;
  /** Nothing can become of it any longer. */
  isOver: boolean;
  /** Null: it did not fire. */
  fired: { number: number; at: Date; price: string; isLast: boolean } | null;
}

/** A message that an alert owes to one of its URLs. */
export interface OwedMessage {
  alertId: string;
  userId: string;
  type: AlertMessageType;
  firingNumber: number;
  url: string;
  body: string;
  /** Null: JSON. */
  contentType: string | null;
  /** Of what may come again between two firings: when it was, Unix milliseconds; else 0. */
  occasion: number;
  /** Whether its alert's own workflow makes it, instead of one of its own. */
  byAlert: boolean;
}

/** Stores where alerts stand after a tick, and that they fired; in the transaction that has locked them. */
export async function storeSteps(trx: Transaction<Database>, steps: readonly Stepped[]): Promise<void> {
  const over = steps.filter(({ isOver }) => isOver).map(({ id }) => id);
  if (over.length > 0) await trx.deleteFrom('watches').where('alert_id', 'in', over).execute();
  const going = steps.filter(({ isOver }) => !isOver);
  if (going.length > 0) {
    const rows = going.map(({ id, ticker, state, interest }) => ({
      id,
      ...watchRow(ticker, state, interest),
    }));
    await sql`
      update watches as w
      set series = s.series, above = s.above, below = s.below, due_at = s.due_at, state = s.state
      from json_to_recordset(${JSON.stringify(rows)}) as s (
        id uuid, series text, above float8, below float8, due_at timestamptz, state jsonb
      )
      where w.alert_id = s.id`.execute(trx);
  }
  const fired = steps.flatMap(({ id, fired }) => (fired === null ? [] : { id, ...fired }));
  if (fired.length === 0) return;
  // Its workflow is to look: at what it owes, and whether it goes on.
  await sql`
    update alerts as a
    set firing_number = f.number, triggered_at = f.at, triggered_price = f.price, updated_at = now(), next_check_at = now(),
      status = case when f."isLast" then 'fired' else a.status end
    from json_to_recordset(${JSON.stringify(fired)}) as f (
      id uuid, number int, at timestamptz, price numeric, "isLast" boolean
    )
    where a.id = f.id`.execute(trx);
}

/** PostgreSQL reads no later year of what JavaScript writes; until then nobody waits. */
const LATEST_MS = Date.parse('9999-12-31T23:59:59.999Z');

function watchRow(ticker: string, state: WatchState, { metric, above, below, dueAtMs }: Interest) {
  return {
    ...{ series: seriesName({ ticker, metric }), above, below, state },
    due_at: dueAtMs === null ? null : new Date(Math.min(dueAtMs, LATEST_MS)).toISOString(),
  };
}

/** Of the bodies in one statement, in characters; a text of JavaScript has 2 ** 29 at most. */
const MOST_AT_ONCE = 4_000_000;

/** Writes messages that alerts owe; however much they come to, some megabytes at a time. */
export async function insertOwed(
  trx: Kysely<Database>,
  market: Market,
  messages: readonly OwedMessage[],
): Promise<void> {
  for (let from = 0, to = 0; from < messages.length; from = to) {
    let size = 0;
    while (to < messages.length && (to === from || size < MOST_AT_ONCE))
      size += (messages[to++] as OwedMessage).body.length;
    await insertSome(trx, market, messages.slice(from, to));
  }
}

async function insertSome(
  trx: Kysely<Database>,
  market: Market,
  messages: readonly OwedMessage[],
): Promise<void> {
  await sql`
    insert into deliveries (id, alert_id, user_id, market, type, firing_number, url, body, content_type, occasion,
      next_attempt_at, carrier)
    select id, "alertId", "userId", ${market}, type, "firingNumber", url, body, "contentType", occasion, now(),
      case when not "byAlert" then 'delivery-' || id end
    from (
      select 'msg_' || replace(gen_random_uuid()::text, '-', '') as id, m.*
      from json_to_recordset(${JSON.stringify(messages)}) as m (
        "alertId" uuid, "userId" uuid, type text, "firingNumber" int, url text, body text, "contentType" text, occasion bigint, "byAlert" boolean
      )
    ) as m`.execute(trx);
}

/** An alert that is to be watched. */
export interface NewWatch {
  id: string;
  ticker: string;
  rule: Rule;
  state: WatchState;
  snoozedUntil: Date | null;
}

/** Has alerts watched from now on, each as its `state` says, or watched otherwise than before. */
export async function storeWatches(
  trx: Transaction<Database>,
  market: Market,
  watches: readonly NewWatch[],
): Promise<void> {
  if (watches.length === 0) return;
  const now = Date.now();
  const rows = watches.map(({ id, ticker, rule, state, snoozedUntil }) => ({
    ...{ alert_id: id, market },
    ...watchRow(ticker, state, interestOf(rule, state, now, snoozedUntil?.getTime())),
    state: JSON.stringify(state),
  }));
  await trx
    .insertInto('watches')
    .values(rows)
    .onConflict((conflict) =>
      conflict.column('alert_id').doUpdateSet(({ ref }) => ({
        ...{ series: ref('excluded.series'), above: ref('excluded.above'), below: ref('excluded.below') },
        ...{ due_at: ref('excluded.due_at'), state: ref('excluded.state') },
      })),
    )
    .execute();
}

/** Where an alert stands; undefined where it is not watched. */
export async function readWatch(db: Kysely<Database>, alertId: string): Promise<WatchState | undefined> {
  const row = await db
    .selectFrom('watches')
    .select('state')
    .where('alert_id', '=', alertId)
    .executeTakeFirst();
  return row?.state;
}

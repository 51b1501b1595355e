import { type Kysely, type Selectable, sql } from 'kysely';
import type { Anomaly } from '../domain/anomaly';
import type { Market } from '../domain/quote';
import type { MinuteSpan } from './candles';
import { type ListPlace, placeBehind, timeOf } from './list-place';
import type { Database } from './schema';
import type { AnomaliesTable } from './tables/candles';

export type AnomalyRow = Selectable<AnomaliesTable>;

/**
 * Stores the anomalies that were found in a span, in place of those of the same rules that were there. One that was found
 * before keeps its id; so does one whose beginning has moved, and it remembers the beginning that it was first found with.
 * @returns all of them by start, those that began before the span and went on in it, too
 */
export async function storeAnomalies(
  db: Kysely<Database>,
  { market, ticker, fromMs, toMs }: MinuteSpan,
  rules: readonly string[],
  anomalies: readonly Anomaly[],
): Promise<AnomalyRow[]> {
  const time = (timesMs: (number | null)[]) => timesMs.map((timeMs) => timeMs && timeMs / 1_000);
  const of = <K extends keyof Anomaly>(name: K) => anomalies.map((anomaly) => anomaly[name]);
  const known = await sql<AnomalyRow>`
    select * from anomalies
    where market = ${market} and ticker = ${ticker} and rule = any(${rules}::text[])
      and started_at < ${new Date(toMs)} and (ended_at is null or ended_at > ${new Date(fromMs)})
    order by started_at`.execute(db);
  const origins = originsOf(anomalies, known.rows, fromMs);
  await sql`
    delete from anomalies
    where market = ${market} and ticker = ${ticker} and rule = any(${rules}::text[])
      and started_at >= ${new Date(fromMs)} and started_at < ${new Date(toMs)}
      and (rule, started_at) not in (
        select rule, to_timestamp(started_s)
        from unnest(${of('rule')}::text[], ${time(of('startedAtMs'))}::float8[]) as u (rule, started_s)
      )`.execute(db);
  const { rows } = await sql<AnomalyRow>`
    insert into anomalies
      (id, market, ticker, rule, window_minutes, threshold, started_at, ended_at, value, price, peak, peak_at,
       first_started_at)
    select coalesce(id, gen_random_uuid()), ${market}, ${ticker}, rule, w, threshold, to_timestamp(started_s),
      to_timestamp(ended_s), value, price, peak, to_timestamp(peak_s), first
    from unnest(
      ${origins.map(({ id }) => id)}::uuid[], ${origins.map(({ firstStartedAt }) => firstStartedAt)}::timestamptz[],
      ${of('rule')}::text[], ${of('windowMinutes')}::integer[], ${of('threshold')}::float8[],
      ${time(of('startedAtMs'))}::float8[], ${time(of('endedAtMs'))}::float8[], ${of('value')}::float8[],
      ${of('price')}::float8[], ${of('peak')}::float8[], ${time(of('peakAtMs'))}::float8[]
    ) as u (id, first, rule, w, threshold, started_s, ended_s, value, price, peak, peak_s)
    on conflict (market, ticker, rule, started_at) do update
    set threshold = excluded.threshold, ended_at = excluded.ended_at, value = excluded.value,
        price = excluded.price, peak = excluded.peak, peak_at = excluded.peak_at
    returning *`.execute(db);
  return rows.sort((a, b) => a.started_at.getTime() - b.started_at.getTime() || (a.rule < b.rule ? -1 : 1));
}

/** What is kept of the row that an anomaly had before: the id where its row goes, and its first beginning. */
function originsOf(found: readonly Anomaly[], known: readonly AnomalyRow[], fromMs: number) {
  const keyOf = (rule: string, startedAtMs: number) => `${rule} ${startedAtMs}`;
  const stays = new Set(found.map(({ rule, startedAtMs }) => keyOf(rule, startedAtMs)));
  const isThere = new Set(known.map(({ rule, started_at }) => keyOf(rule, started_at.getTime())));
  const taken = new Set<string>();
  return found.map((anomaly): { id: string | null; firstStartedAt: Date | null } => {
    if (isThere.has(keyOf(anomaly.rule, anomaly.startedAtMs))) return { id: null, firstStartedAt: null };
    const before = known.find((row) => row.rule === anomaly.rule && overlaps(row, anomaly));
    if (before === undefined) return { id: null, firstStartedAt: null };
    const startedAtMs = before.started_at.getTime();
    const goes =
      startedAtMs >= fromMs && !stays.has(keyOf(before.rule, startedAtMs)) && !taken.has(before.id);
    if (goes) taken.add(before.id);
    return { id: goes ? before.id : null, firstStartedAt: before.first_started_at ?? before.started_at };
  });
}

/** Whether they are of the same direction, and of the same time in part. */
function overlaps(row: AnomalyRow, { value, startedAtMs, endedAtMs }: Anomaly): boolean {
  const forever = Number.POSITIVE_INFINITY;
  return (
    row.value > 0 === value > 0 &&
    row.started_at.getTime() < (endedAtMs ?? forever) &&
    startedAtMs < (row.ended_at?.getTime() ?? forever)
  );
}

/** Anomalies by their ids, by start. */
export async function findAnomalies(db: Kysely<Database>, ids: readonly string[]): Promise<AnomalyRow[]> {
  if (ids.length === 0) return [];
  return await db
    .selectFrom('anomalies')
    .selectAll()
    .where('id', 'in', ids)
    .orderBy('started_at')
    .orderBy('rule')
    .execute();
}

/** The anomalies that began, went on or ended in a span, by ticker, rule and start. */
export async function anomaliesOver(
  db: Kysely<Database>,
  { market, tickers, from, to }: { market: Market; tickers: readonly string[]; from: Date; to: Date },
): Promise<AnomalyRow[]> {
  return await db
    .selectFrom('anomalies')
    .selectAll()
    .where('market', '=', market)
    .where('ticker', 'in', tickers)
    .where('started_at', '<', to)
    .where((where) => where.or([where('ended_at', 'is', null), where('ended_at', '>=', from)]))
    .orderBy('ticker')
    .orderBy('rule')
    .orderBy('started_at')
    .execute();
}

export interface AnomalyPageWish extends Pick<MinuteSpan, 'market'> {
  ticker?: string;
  /** Of those that started from `since` until before `until`. */
  since?: Date;
  until?: Date;
  limit: number;
  /** The last one of the page before. */
  after?: ListPlace;
}

/** A page of anomalies, the newest first, and where the next begins; undefined on the last one. */
export async function listAnomalies(
  db: Kysely<Database>,
  { market, ticker, since, until, limit, after }: AnomalyPageWish,
): Promise<{ anomalies: AnomalyRow[]; next: ListPlace | undefined }> {
  let query = db.selectFrom('anomalies').selectAll().where('market', '=', market);
  if (ticker !== undefined) query = query.where('ticker', '=', ticker);
  if (since !== undefined) query = query.where('started_at', '>=', since);
  if (until !== undefined) query = query.where('started_at', '<', until);
  if (after !== undefined) {
    query = query.where(sql<boolean>`(started_at, id) < (${timeOf(after)}, ${after.id}::uuid)`);
  }
  const rows = await query
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  const anomalies = rows.slice(0, limit);
  // Anomalies start on the minute: milliseconds tell all.
  const placeOf = ({ started_at, id }: AnomalyRow) => ({ createdUs: `${started_at.getTime()}000`, id });
  return { anomalies, next: placeBehind(anomalies, rows.length, placeOf) };
}

import { randomUUID } from 'node:crypto';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Metric } from '../domain/metrics';
import { countAlerts, type NewAlert } from './alerts';
import { type Before, type OnceOnly, underKey } from './idempotency';
import { armedWatch, columnsOf, type NewRuleAlert } from './rule-alerts';
import type { Database } from './schema';
import { lastValue, seriesName } from './series';
import { storeWatches } from './watches';

type Owner = Pick<NewAlert, 'userId' | 'market' | 'maxActive'>;

/** One of several alerts that are made together. */
export type ImportedAlert = (Omit<NewAlert, keyof Owner> | Omit<NewRuleAlert, keyof Owner>) & {
  paused: boolean;
};

/** Why one of them was not made: by its place among them. */
export interface ImportFault {
  index: number;
  /** `full`: as many as are allowed are active, and `full of paused`: are paused. */
  refusal: 'identical' | 'full' | 'full of paused';
}

export type ImportResult =
  | { ids: string[] }
  | { faults: ImportFault[] }
  | Before
  | { refusal: 'in progress' | 'no key' };

export interface ImportOptions {
  once?: OnceOnly;
  /** Nothing is made: it is only found out what would be. */
  isDryRun: boolean;
  /** What the request is answered with, then and whenever it comes again under its key. */
  answerOf: (ids: string[]) => string;
}

/** Ends a transaction that must leave nothing behind. */
class RolledBack extends Error {
  override name = 'RolledBack';

  constructor(readonly result: ImportResult) {
    super('Nothing of it is kept');
  }
}

/**
 * Makes alerts, all of them or none, as `insertAlert` and `insertRuleAlert` do: those that are not paused are looked at from the first
 * quote on that is published after the commit. They are created in their order.
 */
export async function importAlerts(
  db: Kysely<Database>,
  owner: Owner,
  alerts: readonly ImportedAlert[],
  { once, isDryRun, answerOf }: ImportOptions,
): Promise<ImportResult> {
  try {
    return await db
      .transaction()
      .setIsolationLevel('read committed')
      .execute(async (trx) => {
        const make = async () => ({ ids: await insertAll(trx, owner, alerts) });
        if (isDryRun) throw new RolledBack(await make());
        return once === undefined ? make() : underKey(trx, once, make, ({ ids }) => answerOf(ids));
      });
  } catch (error) {
    if (error instanceof RolledBack) return error.result;
    throw error;
  }
}

async function insertAll(
  trx: Transaction<Database>,
  owner: Owner,
  alerts: readonly ImportedAlert[],
): Promise<string[]> {
  const { seqs, activeCount } = await arm(trx, owner, new Set(alerts.map(({ ticker }) => ticker)));
  const rows = alerts.map((alert, index) => ({
    ...{ id: randomUUID(), user_id: owner.userId, market: owner.market, ticker: alert.ticker },
    ...('rule' in alert ? columnsOf(alert) : plainColumns(alert)),
    ...{ status: alert.paused ? ('paused' as const) : ('active' as const) },
    ...{ armed_seq: seqs.get(alert.ticker) ?? '0', checked_seq: seqs.get(alert.ticker) ?? '0' },
    next_check_at: sql<Date>`now()`,
    created_at: sql<Date>`now() - ${alerts.length - index}::int * interval '1 microsecond'`,
  }));
  const made = await trx
    .insertInto('alerts')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .execute();
  const ids = new Set(made.map(({ id }) => id));
  const pausedCount =
    (await countAlerts(trx, owner, 'paused')) - alerts.filter(({ paused }) => paused).length;
  const room = { active: owner.maxActive - activeCount, paused: owner.maxActive - pausedCount };
  const faults = rows.flatMap(({ id, status }, index): ImportFault[] => {
    if (!ids.has(id)) return [{ index, refusal: 'identical' }];
    room[status] -= 1;
    if (room[status] >= 0) return [];
    return [{ index, refusal: status === 'active' ? 'full' : 'full of paused' }];
  });
  if (faults.length > 0) throw new RolledBack({ faults });
  await watchAll(trx, owner, alerts, rows);
  return rows.map(({ id }) => id);
}

const plainColumns = ({ condition, targetPrice, webhookUrl }: Omit<NewAlert, keyof Owner>) => ({
  ...{ condition, target_price: targetPrice, webhook_url: webhookUrl },
});

/** Takes the locks of arming, as for a single alert. */
async function arm(
  trx: Transaction<Database>,
  { userId, market }: Owner,
  tickers: ReadonlySet<string>,
): Promise<{ seqs: Map<string, string>; activeCount: number }> {
  const seqs = new Map<string, string>();
  let activeCount = 0;
  for (const ticker of tickers) {
    const { rows } = await sql<{ has_key: boolean; active_count: string; last_seq: string }>`
      select has_key, active_count, last_seq from arm_alert(${userId}, ${market}, ${ticker}, true)`.execute(
      trx,
    );
    const { has_key, active_count, last_seq } = rows[0] as (typeof rows)[0];
    if (!has_key) throw new RolledBack({ refusal: 'no key' });
    activeCount = Number(active_count);
    seqs.set(ticker, last_seq);
  }
  return { seqs, activeCount };
}

async function watchAll(
  trx: Transaction<Database>,
  { market }: Owner,
  alerts: readonly ImportedAlert[],
  rows: readonly { id: string; ticker: string }[],
): Promise<void> {
  const values = new Map<string, number | null>();
  const watches = [];
  for (const [index, { id, ticker }] of rows.entries()) {
    const alert = alerts[index] as ImportedAlert;
    if (!('rule' in alert) || alert.paused) continue;
    const series: { ticker: string; metric: Metric } = { ticker, metric: alert.rule.metric };
    const name = seriesName(series);
    if (!values.has(name)) values.set(name, await lastValue(trx, market, series));
    const row = { id, ticker, firing_number: 0, triggered_at: null };
    watches.push(armedWatch(row, alert, values.get(name) ?? null));
  }
  await storeWatches(trx, market, watches);
}

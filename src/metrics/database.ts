import { setTimeout as sleep } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import { Gauge } from 'prom-client';
import { type Figures, readFigures } from '../db/figures';
import type { Database } from '../db/schema';
import { ALERT_STATUSES } from '../domain/alert';
import { DELIVERY_STATUSES } from '../domain/delivery';
import type { Market } from '../domain/quote';
import { registry } from './registry';

/** However many ask, the database is asked no more often than this. */
const REMEMBER_MS = 5_000;
/** A scrape does not wait any longer for the database; what is known by then is answered. */
const WAIT_MS = 1_500;
const HOUR_S = 3_600;
const KNOWN_STATUSES = [...ALERT_STATUSES, 'deleted'];

const unlabelled = new Set<Gauge<string>>();

function gauge<L extends string>(name: string, help: string, labelNames: L[] = []): Gauge<L> {
  const made = new Gauge({ name: `pricehook_${name}`, help, labelNames, registers: [registry] });
  if (labelNames.length === 0) unlabelled.add(made);
  clear(made);
  return made;
}

const databaseUp = gauge('database_up', 'Whether the last look into the database succeeded: 1 or 0.');
const alerts = gauge('alerts', 'Alerts; in large tables an estimate.', ['status']);
const deliveries = gauge('deliveries', 'Deliveries; in large tables an estimate.', ['status']);
const backlog = gauge(
  'delivery_backlog',
  'Pending deliveries: whose workflow was not told yet (unwoken), whose next attempt is due, or waits for its time (retrying). 10,001 stands for more than 10,000.',
  ['state'],
);
const backlogAge = gauge(
  'delivery_backlog_oldest_seconds',
  'How long the oldest unwoken delivery, and the one that is due the longest, has waited.',
  ['state'],
);
const quoteAge = gauge('quote_age_seconds', 'Since the last published quote was received.', ['ticker']);
const reportAge = gauge(
  'report_age_seconds',
  'Since the end of the last hour that was reported without a failed step.',
);
const quality = gauge('quality_ratio', 'The share of due prices that were there, in the last judged hour.');
const violations = gauge('quality_violations', 'Violations in the last reported hour.', ['rule', 'severity']);
const anomalies = gauge('anomalies_open', 'Anomalies of the last 30 days that have not ended.', ['ticker']);
const alarms = gauge('alarms_open', 'Alarms that are open.');
const workers = gauge('workers', 'Workers that were seen in the last 20 seconds.');

/** All but those that are known without the database. */
const FROM_DATABASE = [
  alerts,
  deliveries,
  backlog,
  backlogAge,
  quality,
  violations,
  anomalies,
  alarms,
  workers,
];

/** Keeps the figures of the database, for scrapes. They are every API process's: to be read with max(), not sum(). */
export interface DatabaseFigures {
  /** Has the gauges as of now, or of some seconds ago; never throws. */
  refresh(): Promise<void>;
}

/**
 * Reads figures from the database at scrapes only, and one look at a time.
 * @param onFailure hears why a look has failed
 */
export function createDatabaseFigures(
  db: Kysely<Database>,
  { market, tickers }: { market: Market; tickers: readonly string[] },
  onFailure: (error: unknown) => void,
): DatabaseFigures {
  let lookedAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | undefined;
  let known: Pick<Figures, 'quotes' | 'reportedHour'> = { quotes: [], reportedHour: null };

  async function look(): Promise<void> {
    try {
      const figures = await readFigures(db, market, tickers);
      known = figures;
      show(figures);
    } catch (error) {
      hide();
      onFailure(error);
    }
    lookedAt = performance.now();
  }

  return {
    async refresh() {
      if (performance.now() - lookedAt > REMEMBER_MS) {
        looking ??= look().finally(() => {
          looking = undefined;
        });
        const patience = new AbortController();
        const inTime = await Promise.race([
          looking.then(() => true),
          sleep(WAIT_MS, false, { signal: patience.signal }).catch(() => true),
        ]);
        patience.abort();
        if (!inTime) hide();
      }
      // Ages grow whether the database answers or not.
      for (const { ticker, quotedAt } of known.quotes)
        quoteAge.set({ ticker }, secondsSince(quotedAt.getTime()));
      if (known.reportedHour !== null)
        reportAge.set(Math.max(0, secondsSince(known.reportedHour.getTime()) - HOUR_S));
    },
  };
}

function show(figures: Figures): void {
  for (const each of FROM_DATABASE) each.reset();
  databaseUp.set(1);
  for (const status of KNOWN_STATUSES) alerts.set({ status }, 0);
  for (const status of DELIVERY_STATUSES) deliveries.set({ status }, 0);
  for (const { status, count } of figures.alerts) alerts.set({ status }, count);
  for (const { status, count } of figures.deliveries) deliveries.set({ status }, count);
  const { unwoken, due, retrying, oldestUnwokenS, oldestDueS } = figures.backlog;
  for (const [state, count] of Object.entries({ unwoken, due, retrying })) backlog.set({ state }, count);
  backlogAge.set({ state: 'unwoken' }, oldestUnwokenS);
  backlogAge.set({ state: 'due' }, oldestDueS);
  if (figures.quality !== null) quality.set(figures.quality);
  else clear(quality);
  for (const { rule, severity, count } of figures.violations) violations.set({ rule, severity }, count);
  for (const { ticker, count } of figures.anomalies) anomalies.set({ ticker }, count);
  alarms.set(figures.alarms);
  workers.set(figures.workers);
}

/** What nobody knows is not told: old figures would look like new ones. */
function hide(): void {
  for (const each of FROM_DATABASE) clear(each);
  databaseUp.set(0);
}

/** Without labels it would be 0 otherwise. */
function clear(each: Gauge<string>): void {
  each.reset();
  if (unlabelled.has(each)) each.remove();
}

const secondsSince = (timeMs: number) => Math.max(0, (Date.now() - timeMs) / 1_000);

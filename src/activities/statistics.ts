import { ApplicationFailure, log } from '@temporalio/activity';
import type { Kysely } from 'kysely';
import { type AnomalySettings, refreshAnomalies, refreshStatistics } from '../analysis';
import type { MinuteSpan } from '../db/candles';
import { markStale } from '../db/reports';
import type { Database } from '../db/schema';
import { lockForAnalysis } from '../db/statistics';
import type { Market } from '../domain/quote';
import { HOUR_MS } from '../domain/statistics-hour';

export interface HourInput {
  /** When the hour begins, Unix milliseconds. It may be under way: then its minutes so far are taken. */
  hourMs: number;
}

export interface ComputedStatistics {
  /** How many minutes of the hour have statistics, by ticker. */
  minutes: Record<string, number>;
}

export interface DetectedAnomalies {
  /** Ids of those that started, and of those that ended, by time; the same when the hour is looked at again. */
  started: string[];
  ended: string[];
}

export interface StatisticsActivities {
  /** Computes and stores the hour's statistics of every ticker; again, it changes nothing. */
  computeStatistics(input: HourInput): Promise<ComputedStatistics>;
  /** Finds and stores the hour's anomalies of every ticker; again, it changes nothing and answers the same. */
  detectAnomalies(input: HourInput): Promise<DetectedAnomalies>;
}

export interface StatisticsDeps {
  db: Kysely<Database>;
  market: Market;
  tickers: readonly string[];
  /** In minutes. */
  windows: readonly number[];
  anomalies: AnomalySettings;
}

/** The statistics of an hour, and the anomalies in it. */
export function createStatisticsActivities(deps: StatisticsDeps): StatisticsActivities {
  const { db, market, tickers } = deps;

  /** One ticker after the other, each in a transaction of its own. */
  async function forEachTicker<T>(
    { hourMs }: HourInput,
    work: (db: Kysely<Database>, span: MinuteSpan) => Promise<T>,
  ): Promise<Map<string, T>> {
    if (!Number.isInteger(hourMs / HOUR_MS))
      throw ApplicationFailure.nonRetryable(`${hourMs} is not the beginning of an hour`, 'NotAnHour');
    const results = new Map<string, T>();
    for (const ticker of tickers) {
      const span = { market, ticker, fromMs: hourMs, toMs: hourMs + HOUR_MS };
      const result = await db.transaction().execute(async (trx) => {
        await lockForAnalysis(trx, span);
        return await work(trx, span);
      });
      results.set(ticker, result);
    }
    return results;
  }

  return {
    async computeStatistics(input) {
      const computed = await forEachTicker(input, (trx, span) => refreshStatistics(trx, span, deps.windows));
      return { minutes: Object.fromEntries([...computed].map(([ticker, { minutes }]) => [ticker, minutes])) };
    },

    async detectAnomalies(input) {
      const detected = await forEachTicker(input, async (trx, span) => {
        const refreshed = await refreshAnomalies(trx, span, deps.anomalies, Date.now());
        const others = refreshed.changedHours.filter((hourMs) => hourMs !== span.fromMs);
        await markStale(trx, market, others);
        return refreshed;
      });
      const events = [...detected.values()].flatMap(({ fromMs, toMs, anomalies }) => {
        const isHere = (time: Date | null) =>
          time !== null && time.getTime() >= fromMs && time.getTime() < toMs;
        return anomalies.flatMap(({ id, started_at, ended_at }) => [
          ...(isHere(started_at) ? [{ id, at: started_at, kind: 'started' as const }] : []),
          ...(isHere(ended_at) ? [{ id, at: ended_at as Date, kind: 'ended' as const }] : []),
        ]);
      });
      events.sort((a, b) => a.at.getTime() - b.at.getTime() || (a.id < b.id ? -1 : 1));
      const ids = (kind: 'started' | 'ended') =>
        events.filter((event) => event.kind === kind).map(({ id }) => id);
      const result = { started: ids('started'), ended: ids('ended') };
      if (events.length > 0)
        log.info(`Anomalies: ${result.started.length} started, ${result.ended.length} ended`);
      return result;
    },
  };
}

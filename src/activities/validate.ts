import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { hourQuotes } from '../archive/hour-quotes';
import { type AlarmContext, setAlarm } from '../db/alarms';
import { readSourceFailures, storeQuality } from '../db/quality';
import { firstTick, lastHourOver } from '../db/reports';
import type { Database } from '../db/schema';
import { judgeHour, type QualityQuote, type QualityRule, type Severity } from '../domain/quality';
import { HOUR_MS } from '../domain/statistics-hour';
import type { QualitySettings } from '../quality-settings';
import { archiving } from './archive';

export interface ValidateResult {
  /** The share of due ticks that had a price, over all tickers. */
  score: number;
  /** How many violations there are, by severity and by rule. */
  severities: Partial<Record<Severity, number>>;
  rules: Partial<Record<QualityRule, number>>;
}

export interface ValidateActivities {
  validateHour(input: { hourMs: number }): Promise<ValidateResult>;
}

export type ValidateDeps = QualitySettings & {
  db: Kysely<Database>;
  alarms: AlarmContext;
  /** `DATA_DIR/archive`, for hours that PostgreSQL has dropped. */
  folder: string;
  /** The score below which the alarm is raised. */
  threshold: number;
};

/** Holds an hour's source quotes against the rules of data quality. */
export function createValidateActivities(deps: ValidateDeps): ValidateActivities {
  const { db, alarms, folder, threshold, ...settings } = deps;
  const { market } = alarms;
  return {
    async validateHour({ hourMs }) {
      const hour = new Date(hourMs);
      const quality = judgeHour({ ...settings, ...(await readHour(hourMs)) });
      await storeQuality(db, market, hour, quality);
      // What an older hour was like is no longer news.
      if (hourMs === (await lastHourOver(db, market, Date.now()))) {
        const isLow = quality.score < threshold;
        const detail = `In the hour of ${hour.toISOString()}, ${percent(quality.score)} of the prices that were due were there`;
        await setAlarm(
          db,
          alarms,
          'quality:hour',
          isLow ? `${detail}; ${percent(threshold)} should be.` : undefined,
        );
      }
      return {
        score: quality.score,
        severities: counted(quality.violations.map(({ severity }) => severity)),
        rules: counted(quality.violations.map(({ rule }) => rule)),
      };
    },
  };

  async function readHour(hourMs: number) {
    const quotes: QualityQuote[] = [];
    let loggedSinceMs = Number.POSITIVE_INFINITY;
    for (const ticker of settings.tickers) {
      const hour = { market, ticker, hourMs };
      const said = await archiving(() => hourQuotes(db, join(folder, market), hour));
      loggedSinceMs = Math.min(loggedSinceMs, said.log?.firstMs ?? loggedSinceMs);
      for (const row of said.quotes)
        quotes.push({
          ...{ ticker, source: row.source, price: Number(row.price), reason: row.reason },
          tickAtMs: row.tick_at.getTime(),
          sourceTimeMs: row.source_time?.getTime() ?? null,
          receivedAtMs: row.received_at.getTime(),
        });
    }
    const first = Math.min(loggedSinceMs, (await firstTick(db, market)) ?? hourMs);
    return {
      quotes,
      failures: await readSourceFailures(db, market, new Date(hourMs)),
      // Nothing was due before the first tick of all, nor is it in what is left of an hour that is under way.
      fromMs: Math.max(hourMs, Math.min(first, hourMs + HOUR_MS)),
      toMs: Math.max(hourMs, Math.min(Date.now(), hourMs + HOUR_MS)),
    };
  }
}

function counted<T extends string>(names: T[]): Partial<Record<T, number>> {
  const counts: Partial<Record<T, number>> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

const percent = (fraction: number) => `${(fraction * 100).toFixed(1)} %`;

import type { Kysely } from 'kysely';
import type { MinuteSpan } from '../db/candles';
import { readAnomalyEvents, readHourStatistics, readMinuteStatistics } from '../db/processed';
import type { Database } from '../db/schema';
import type { Column, Row } from './columns';
import type { WrittenPartition } from './partition';
import { writeRevisable } from './revision';
import { hourFolder } from './snapshot';

const FIGURES: readonly Column[] = [
  { name: 'points', type: 'integer', unit: 'minutes' },
  { name: 'mean', type: 'double', unit: 'USD' },
  { name: 'stddev', type: 'double', unit: 'USD', nullable: true },
  { name: 'change', type: 'double', unit: '%', nullable: true },
  { name: 'returns', type: 'integer' },
  { name: 'volatility', type: 'double', nullable: true },
];

/** The columns of `<ticker>.minutes`: the rolling statistics of each minute, by window. */
export const MINUTE_COLUMNS: readonly Column[] = [
  { name: 'minute', type: 'time' },
  { name: 'window_minutes', type: 'integer', unit: 'minutes' },
  ...FIGURES,
  { name: 'zscore', type: 'double', nullable: true },
];

/** The columns of `<ticker>.hour`: the statistics of the hour of the clock, in one row. */
export const HOUR_COLUMNS: readonly Column[] = [
  { name: 'hour', type: 'time' },
  { name: 'close', type: 'double', unit: 'USD' },
  ...FIGURES,
];

/** The columns of `<ticker>.anomalies`: what began and what ended in the hour. */
export const ANOMALY_COLUMNS: readonly Column[] = [
  { name: 'at', type: 'time' },
  { name: 'event', type: 'text' },
  { name: 'rule', type: 'text' },
  { name: 'window_minutes', type: 'integer', unit: 'minutes' },
  { name: 'threshold', type: 'double' },
  { name: 'started_at', type: 'time' },
  { name: 'value', type: 'double' },
  { name: 'price', type: 'double', unit: 'USD' },
];

/**
 * Writes what was made of an hour of one ticker: its statistics, and its anomalies where there were any; as revisions where
 * something else was archived. Who calls it holds the archive's lock.
 * @param archive the market's archive
 * @throws ArchiveError (see `writePartition`)
 */
export async function writeProcessed(
  db: Kysely<Database>,
  archive: string,
  hour: MinuteSpan,
): Promise<WrittenPartition[]> {
  const parts: [string, readonly Column[], readonly object[]][] = [
    ['minutes', MINUTE_COLUMNS, await readMinuteStatistics(db, hour)],
    ['hour', HOUR_COLUMNS, await readHourStatistics(db, hour)],
    ['anomalies', ANOMALY_COLUMNS, await readAnomalyEvents(db, hour)],
  ];
  const written: WrittenPartition[] = [];
  for (const [part, columns, rows] of parts) {
    // Minutes never go, only their statistics in PostgreSQL (`STATISTICS_RETENTION`); an anomaly may turn out to be none.
    if (rows.length === 0 && part !== 'anomalies') continue;
    const folder = hourFolder('processed', hour.fromMs);
    const partition = { folder, name: `${hour.ticker}.${part}`, columns, rows: rows as Row[] };
    const done = await writeRevisable(archive, partition);
    if (done !== undefined) written.push(done);
  }
  return written;
}

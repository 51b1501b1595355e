import type { Kysely } from 'kysely';
import type { MinuteSpan } from '../db/candles';
import { readAnomaliesOf, readHourStatistics, readMinuteStatistics, readOtherMinutes } from '../db/processed';
import type { Database } from '../db/schema';
import { type AnomalyEvent, eventsIn } from '../domain/anomaly-events';
import { MINUTE_MS, type MinuteStatistics } from '../domain/statistics';
import type { HourStatistics } from '../domain/statistics-hour';
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
 * The columns of `<ticker>.other-minutes`: closes that the hour's statistics looked at and that no published quote made, because
 * they were imported, or fetched after a gap. With them, and the snapshots, the archive has all that the statistics are made of.
 */
export const OTHER_MINUTE_COLUMNS: readonly Column[] = [
  { name: 'minute', type: 'time' },
  { name: 'close', type: 'decimal', unit: 'USD' },
  { name: 'source', type: 'text', nullable: true },
];

/**
 * Writes what was made of an hour of one ticker: its statistics, and its anomalies where there were any; as revisions where
 * something else was archived. Who calls it holds the archive's lock.
 * @param archive the market's archive
 * @param windows those of the statistics and of the rules of anomalies, in minutes
 * @throws ArchiveError (see `writePartition`)
 */
export async function writeProcessed(
  db: Kysely<Database>,
  archive: string,
  hour: MinuteSpan,
  windows: readonly number[],
): Promise<WrittenPartition[]> {
  const events = eventsIn(await readAnomaliesOf(db, hour), hour);
  const minutes = await readMinuteStatistics(db, hour);
  const lookedAt = { ...hour, fromMs: lookedAtFrom(hour.fromMs, windows) };
  return await writeProcessedRows(archive, hour, {
    minutes,
    hour: await readHourStatistics(db, hour),
    anomalies: events.map(eventRow),
    otherMinutes: minutes.length === 0 ? [] : await readOtherMinutes(db, lookedAt),
  });
}

/** From when on the statistics of an hour look at minutes, Unix milliseconds: the longest window, and the minute before it. */
export const lookedAtFrom = (hourMs: number, windows: readonly number[]): number =>
  hourMs - (Math.max(0, ...windows) + 1) * MINUTE_MS;

/** What an hour's files hold: rows of `MINUTE_COLUMNS`, `HOUR_COLUMNS` and `ANOMALY_COLUMNS`. */
export interface ProcessedRows {
  minutes: readonly object[];
  hour: readonly object[];
  anomalies: readonly object[];
  /** Of `OTHER_MINUTE_COLUMNS`. */
  otherMinutes: readonly object[];
}

/** Writes rows that were made of an hour of one ticker, wherever they come from; see `writeProcessed`. */
export async function writeProcessedRows(
  archive: string,
  hour: Pick<MinuteSpan, 'ticker' | 'fromMs'>,
  rows: ProcessedRows,
): Promise<WrittenPartition[]> {
  const parts: [string, readonly Column[], readonly object[]][] = [
    ['minutes', MINUTE_COLUMNS, rows.minutes],
    ['hour', HOUR_COLUMNS, rows.hour],
    ['anomalies', ANOMALY_COLUMNS, rows.anomalies],
    ['other-minutes', OTHER_MINUTE_COLUMNS, rows.otherMinutes],
  ];
  const written: WrittenPartition[] = [];
  for (const [part, columns, content] of parts) {
    // Minutes never go, only their statistics in PostgreSQL (`STATISTICS_RETENTION`); an anomaly may turn out to be none.
    if (content.length === 0 && part !== 'anomalies') continue;
    const folder = hourFolder('processed', hour.fromMs);
    const partition = { folder, name: `${hour.ticker}.${part}`, columns, rows: content as Row[] };
    const done = await writeRevisable(archive, partition);
    if (done !== undefined) written.push(done);
  }
  return written;
}

/** Statistics that were computed and never stored, as the rows that they would have been stored as. */
export function processedRows(
  minutes: readonly MinuteStatistics[],
  hours: readonly HourStatistics[],
  events: readonly AnomalyEvent[],
): Omit<ProcessedRows, 'otherMinutes'> {
  return {
    minutes: minutes.flatMap(({ minuteMs, windows }) =>
      [...windows]
        .sort((a, b) => a.windowMinutes - b.windowMinutes)
        .map(({ windowMinutes, ...figures }) => ({
          ...{ minute: new Date(minuteMs), window_minutes: windowMinutes },
          ...figures,
        })),
    ),
    hour: hours.map(({ hourMs, ...figures }) => ({ hour: new Date(hourMs), ...figures })),
    anomalies: events.map(eventRow),
  };
}

const eventRow = ({
  atMs,
  event,
  rule,
  windowMinutes,
  threshold,
  startedAtMs,
  value,
  price,
}: AnomalyEvent) => ({
  ...{ at: new Date(atMs), event, rule, window_minutes: windowMinutes, threshold },
  ...{ started_at: new Date(startedAtMs), value, price },
});

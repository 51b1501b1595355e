import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { AnomalyEvent } from '../domain/anomaly-events';
import type { TimeSpan } from '../domain/statistics-span';
import { ArchiveError } from './archive-error';
import type { Column } from './columns';
import { csvHeader } from './csv';
import { orUndefined } from './files';
import { ANOMALY_COLUMNS, OTHER_MINUTE_COLUMNS } from './processed';
import { hourFolder } from './snapshot';
import { filesUnder } from './walk';

/** When the hour of a path such as `processed/date=2026-11-21/hour=03/BTC.hour.csv` begins, Unix milliseconds; NaN where it has none. */
export function hourOfPath(path: string): number {
  const [, date, hour] = /\/date=(\d{4}-\d\d-\d\d)\/hour=(\d\d)\//.exec(path) ?? [];
  return date === undefined ? Number.NaN : Date.parse(`${date}T${hour}:00:00Z`);
}

/** The anomalies of a ticker that began or ended in a span, as the archive has them, by time. */
export async function readArchivedEvents(
  archive: string,
  ticker: string,
  { fromMs, toMs }: TimeSpan,
): Promise<AnomalyEvent[]> {
  const paths = (await filesUnder(archive, 'processed')).filter((path) => {
    const isInside = hourOfPath(path) >= fromMs && hourOfPath(path) < toMs;
    return isInside && posix.basename(path) === `${ticker}.anomalies.csv`;
  });
  const events: AnomalyEvent[] = [];
  for (const path of paths) {
    for (const row of await readRows(archive, path, ANOMALY_COLUMNS))
      events.push({
        ...{ atMs: Date.parse(row.at as string), event: row.event as AnomalyEvent['event'] },
        ...{ rule: row.rule as string, windowMinutes: Number(row.window_minutes) },
        ...{ threshold: Number(row.threshold), startedAtMs: Date.parse(row.started_at as string) },
        ...{ value: Number(row.value), price: Number(row.price) },
      });
  }
  return events;
}

/** Where the closes are that an hour's statistics looked at and that no published quote made. */
export const otherMinutesPath = (ticker: string, hourMs: number): string =>
  posix.join(hourFolder('processed', hourMs), `${ticker}.other-minutes.csv`);

/** The closes of that file by their minutes, Unix milliseconds; none where there is no such file. */
export async function readOtherMinutes(
  archive: string,
  ticker: string,
  hourMs: number,
): Promise<Map<number, number>> {
  const rows = await readRows(archive, otherMinutesPath(ticker, hourMs), OTHER_MINUTE_COLUMNS);
  return new Map(rows.map(({ minute, close }) => [Date.parse(minute as string), Number(close)]));
}

/** Nothing where there is no such file. None of the columns holds a comma but `source`, which is the last and is not looked at. */
async function readRows(
  archive: string,
  path: string,
  columns: readonly Column[],
): Promise<Record<string, string>[]> {
  const text = await orUndefined(readFile(join(archive, path), 'utf8'));
  if (text === undefined) return [];
  const header = csvHeader(columns);
  if (!text.startsWith(header))
    throw new ArchiveError('conflict', `${path} does not begin with ${header.trim()}`);
  const lines = text.slice(header.length).trimEnd().split('\n');
  return lines.map((line) => {
    const fields = line.split(',');
    return Object.fromEntries(columns.map(({ name }, index) => [name, fields[index] ?? '']));
  });
}

import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { AnomalyEvent } from '../domain/anomaly-events';
import type { TimeSpan } from '../domain/statistics-span';
import { ArchiveError } from './archive-error';
import type { Column } from './columns';
import { csvHeader } from './csv';
import { orUndefined } from './files';
import { ANOMALY_COLUMNS, OTHER_MINUTE_COLUMNS } from './processed';
import { lastRevision, unrevised } from './revision';
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
  const name = `${ticker}.anomalies`;
  const hours = (await filesUnder(archive, 'processed'))
    .filter((path) => unrevised(posix.basename(path)) === `${name}.csv`)
    .map(hourOfPath)
    .filter((hourMs) => hourMs >= fromMs && hourMs < toMs);
  const events: AnomalyEvent[] = [];
  for (const hourMs of new Set(hours)) {
    const path = await lastPath(archive, name, hourMs);
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

/** Where the closes are that an hour's statistics looked at and that no published quote made; revisions of it lie beside it. */
export const otherMinutesPath = (ticker: string, hourMs: number): string =>
  posix.join(hourFolder('processed', hourMs), `${ticker}.other-minutes.csv`);

async function lastPath(archive: string, name: string, hourMs: number): Promise<string> {
  const folder = hourFolder('processed', hourMs);
  return posix.join(folder, `${await lastRevision(archive, folder, name)}.csv`);
}

/** The closes of that file by their minutes, Unix milliseconds; none where there is no such file. */
export async function readOtherMinutes(
  archive: string,
  ticker: string,
  hourMs: number,
): Promise<Map<number, number>> {
  const path = await lastPath(archive, `${ticker}.other-minutes`, hourMs);
  const rows = await readRows(archive, path, OTHER_MINUTE_COLUMNS);
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
  const lines = text.slice(header.length).split('\n').slice(0, -1);
  return lines.map((line) => {
    const fields = line.split(',');
    return Object.fromEntries(columns.map(({ name }, index) => [name, fields[index] ?? '']));
  });
}

import type { Client } from '@temporalio/client';
import type { Kysely } from 'kysely';
import { type AlarmContext, setAlarm } from '../db/alarms';
import { hasPendingNotices } from '../db/notices';
import { firstTick, lastRun } from '../db/reports';
import type { Database } from '../db/schema';
import { type SourceSilence, silences } from '../db/silences';
import { writeDuration } from '../domain/duration';
import { SILENT_MS } from '../domain/quality';
import type { SourceName } from '../domain/quote';
import { startTelling } from '../report-workflows';

export interface WatchSettings {
  alarms: AlarmContext;
  sources: readonly SourceName[];
  /** Sources that are asked less often than every tick. */
  slowMs: Partial<Record<SourceName, number>>;
  tickMs: number;
  reportMs: number;
}

/** Raises and closes the alarms that no step of a report raises, and has operators told what they were not told yet. */
export async function watchMarket(deps: {
  db: Kysely<Database>;
  client: Client;
  watch: WatchSettings;
}): Promise<void> {
  const { db, client, watch } = deps;
  await watchSchedule(db, watch);
  await watchSources(db, watch);
  if (watch.alarms.told && (await hasPendingNotices(db, watch.alarms.market))) await startTelling(client);
}

async function watchSchedule(db: Kysely<Database>, { alarms, reportMs }: WatchSettings): Promise<void> {
  const ranMs = (await lastRun(db, alarms.market))?.getTime() ?? (await firstTick(db, alarms.market));
  if (ranMs === undefined) return;
  const isLate = Date.now() - ranMs > 2 * reportMs;
  const detail = `Reports are due every ${writeDuration(reportMs)}, and none was begun since ${new Date(ranMs).toISOString()}.`;
  await setAlarm(db, alarms, 'schedule:report', isLate ? detail : undefined);
}

async function watchSources(db: Kysely<Database>, watch: WatchSettings): Promise<void> {
  const known = await silences(db, watch.alarms.market, 2 * watch.tickMs + 60_000);
  // Where no tick was published lately nobody was asked: that says nothing of the sources.
  if (known === undefined) return;
  for (const source of watch.sources) {
    const silence = known.find(({ name }) => name === source);
    const limitMs = Math.max(SILENT_MS, 3 * (watch.slowMs[source] ?? 0));
    if (silence !== undefined)
      await setAlarm(db, watch.alarms, `source:${source}`, whyDown(silence, limitMs));
  }
}

function whyDown({ name, sinceMs, message }: SourceSilence, limitMs: number): string | undefined {
  if (Date.now() - sinceMs <= limitMs) return undefined;
  return `${name} has given no quote since ${new Date(sinceMs).toISOString()}: ${message ?? 'it was not asked'}`;
}

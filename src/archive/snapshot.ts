import { join } from 'node:path';
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema';
import { readSourceQuotes, type StoredSourceQuote } from '../db/source-quotes';
import type { Market } from '../domain/quote';
import { SOURCE_QUOTE_COLUMNS } from './columns';
import { toCsv } from './csv';
import { sha256 } from './files';
import { hourQuotes } from './hour-quotes';
import { MANIFEST, readManifest } from './manifest';
import { lastNumber, numbered } from './numbered';
import { findPartition, type WrittenPartition, writePartition } from './partition';

export const HOUR_MS = 3_600_000;

/** The folder of an hour within a market's archive: `snapshots/date=2026-11-21/hour=03`. */
export function hourFolder(kind: 'snapshots' | 'processed', hourMs: number): string {
  const [date, time] = new Date(hourMs).toISOString().split('T') as [string, string];
  return `${kind}/date=${date}/hour=${time.slice(0, 2)}`;
}

/**
 * Writes what all sources said of a ticker in an hour, as PostgreSQL has it, or the raw log (see `hourQuotes`). A partial
 * snapshot gets the next number, unless the last one has the very same rows. Who calls it holds the archive's lock.
 * @param archive the market's archive
 * @returns `none` where no source said anything and nothing is archived, and `unknown` where nobody was there to tell
 * @throws ArchiveError (see `writePartition` and `hourQuotes`)
 */
export async function snapshotTicker(
  db: Kysely<Database>,
  archive: string,
  hour: { market: Market; ticker: string; hourMs: number; partial: boolean },
): Promise<WrittenPartition | 'none' | 'unknown'> {
  const { market, ticker, hourMs } = hour;
  const span = { market, ticker, from: new Date(hourMs), to: new Date(hourMs + HOUR_MS) };
  const folder = hourFolder('snapshots', hourMs);
  let quotes = await readSourceQuotes(db, span);
  if (quotes.length === 0) {
    // What was archived in its time is no longer in PostgreSQL.
    const archived = hour.partial ? undefined : await findPartition(archive, folder, ticker);
    if (archived !== undefined) return archived;
    const { log, ...logged } = await hourQuotes(db, archive, hour);
    quotes = logged.quotes;
    if (quotes.length === 0) return log === undefined || log.firstMs < hourMs + HOUR_MS ? 'none' : 'unknown';
  }
  const rows = quotes.map(asRow);
  const columns = SOURCE_QUOTE_COLUMNS;
  const name = hour.partial
    ? await partialName(archive, folder, ticker, sha256(toCsv(columns, rows)))
    : ticker;
  return await writePartition(archive, { folder, name, columns, rows });
}

function asRow({ tick_at, source_time, received_at, source, price, accepted, reason }: StoredSourceQuote) {
  return { tick_at, source_time, received_at, source, price, accepted, reason };
}

/** `BTC.partial-001` and so on: the last one, where it has these rows already, or the one after it. */
async function partialName(
  archive: string,
  folder: string,
  ticker: string,
  csvHash: string,
): Promise<string> {
  const last = await lastNumber(archive, folder, ticker, 'partial');
  const nameOf = (number: number) => numbered(ticker, 'partial', number);
  if (last === 0) return nameOf(1);
  const found = await readManifest(join(archive, folder, `${nameOf(last)}${MANIFEST}`));
  const isSame = found?.manifest.files.some(({ sha256: hash }) => hash === csvHash);
  return nameOf(isSame ? last : last + 1);
}

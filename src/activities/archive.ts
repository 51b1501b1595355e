import { join } from 'node:path';
import { ApplicationFailure, log } from '@temporalio/activity';
import type { Kysely } from 'kysely';
import { ArchiveError } from '../archive/archive-error';
import { withArchiveLock } from '../archive/lock';
import { loggedTickers } from '../archive/logged-hour';
import type { WrittenPartition } from '../archive/partition';
import { writeProcessed } from '../archive/processed';
import { HOUR_MS, snapshotTicker } from '../archive/snapshot';
import { isInGap } from '../db/gaps';
import { wasDropped } from '../db/partitions';
import type { Database } from '../db/schema';
import { isOver, lastSourceSeqs } from '../db/source-quotes';
import type { Market } from '../domain/quote';

export interface SnapshotInput {
  /** The beginning of the hour (UTC), Unix milliseconds. */
  hourMs: number;
  /** Whether an hour that is not over is to be archived as a numbered partial snapshot; one that is over never is. */
  partial: boolean;
}

export interface SnapshotResult {
  /** Whether these are partial snapshots of an hour that is not over. */
  partial: boolean;
  /** By ticker; paths are within the market's folder in `DATA_DIR/archive`. */
  written: ({ ticker: string } & WrittenPartition)[];
  /** Tickers of which no source said anything in the hour. */
  empty: string[];
}

export interface PersistResult {
  /** By ticker; paths are within the market's folder in `DATA_DIR/archive`. */
  written: ({ ticker: string } & WrittenPartition)[];
}

export interface ArchiveActivities {
  snapshotHour(input: SnapshotInput): Promise<SnapshotResult>;
  /** Writes the statistics and anomalies of an hour that is over; again, it changes nothing. */
  persistHour(input: { hourMs: number }): Promise<PersistResult>;
}

export interface ArchiveDeps {
  db: Kysely<Database>;
  market: Market;
  tickers: readonly string[];
  /** Those of the statistics and of the rules of anomalies, in minutes. */
  windows: readonly number[];
  /** `DATA_DIR/archive` */
  folder: string;
}

/** Writing the immutable part of the archive. */
export function createArchiveActivities({
  db,
  market,
  tickers,
  windows,
  folder,
}: ArchiveDeps): ArchiveActivities {
  return {
    async snapshotHour({ hourMs, partial }) {
      if (hourMs % HOUR_MS !== 0)
        throw ApplicationFailure.nonRetryable(`${hourMs} is not the beginning of an hour`, 'NoHour');
      const over = await isOver(db, market, new Date(hourMs + HOUR_MS));
      if (!over && !partial) {
        const hour = new Date(hourMs).toISOString();
        throw ApplicationFailure.retryable(
          `The hour of ${hour} is not over: ticks of it may come`,
          'HourNotOver',
        );
      }
      const result = await writing((locked) => snapshotAll(locked, hourMs, !over));
      const added = result.written.filter(({ isNew }) => isNew).length;
      log.info(`${added} of ${result.written.length} snapshots are new`, { hourMs, partial: result.partial });
      return result;
    },

    async persistHour({ hourMs }) {
      const result: PersistResult = { written: [] };
      await writing(async (locked) => {
        for (const ticker of tickers) {
          const hour = { market, ticker, fromMs: hourMs, toMs: hourMs + HOUR_MS };
          const written = await writeProcessed(locked, join(folder, market), hour, windows);
          result.written.push(...written.map((partition) => ({ ticker, ...partition })));
        }
      });
      return result;
    },
  };

  /** Does something to the archive as its only writer. */
  async function writing<T>(work: (locked: Kysely<Database>) => Promise<T>): Promise<T> {
    const done = await archiving(() =>
      withArchiveLock(db, market, 'partitions', async (locked) => ({ result: await work(locked) })),
    );
    if (done === undefined)
      throw ApplicationFailure.retryable('Another process writes to the archive', 'ArchiveBusy');
    return done.result;
  }

  async function snapshotAll(
    locked: Kysely<Database>,
    hourMs: number,
    partial: boolean,
  ): Promise<SnapshotResult> {
    const archive = join(folder, market);
    const logged = (await wasDropped(locked, hourMs)) ? await loggedTickers(archive) : [];
    const known = [...(await lastSourceSeqs(locked, market)).keys(), ...logged];
    const result: SnapshotResult = { partial, written: [], empty: [] };
    let wasSilent = false;
    for (const ticker of [...new Set([...tickers, ...known])].sort()) {
      const written = await snapshotTicker(locked, archive, { market, ticker, hourMs, partial });
      wasSilent ||= written === 'none';
      if (typeof written === 'string') result.empty.push(ticker);
      else result.written.push({ ticker, ...written });
    }
    // An hour without a quote is one thing, quotes that were dropped are another.
    if (result.written.length === 0 && !wasSilent && !(await isInGap(locked, market, new Date(hourMs))))
      throw new ArchiveError(
        'lost',
        `Source quotes of the hour of ${new Date(hourMs).toISOString()} are no longer in PostgreSQL (QUOTE_RETENTION), ` +
          'and the raw log has nothing of that time',
      );
    return result;
  }
}

/** What the archive says, as Temporal shows it: a conflict stays one, however often it is tried. */
export async function archiving<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    const types = { conflict: 'ArchiveConflict', lost: 'QuotesDropped', unwritable: 'ArchiveUnwritable' };
    const nonRetryable = error.kind !== 'unwritable';
    throw ApplicationFailure.create({
      ...{ message: error.message, type: types[error.kind], nonRetryable, cause: error },
    });
  }
}

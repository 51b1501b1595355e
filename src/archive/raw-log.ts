import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { dayOf } from '../domain/day';
import { ArchiveError, unwritable } from './archive-error';
import { RAW_COLUMNS, type Row } from './columns';
import { csvLine } from './csv';
import { READ_ONLY, sizeOf, syncFolder } from './files';
import { endOfClosed, LOG_HEADER, type LogPosition, openLogFile } from './raw-log-file';

/** Only one process at a time may have a ticker's log open: `withArchiveLock`. */
export interface RawLog {
  /** Undefined while the log is empty. */
  last: LogPosition | undefined;
  /** How many bytes of a line that was never finished were cut off. */
  cut: number;
  /** How many files of days that are over were closed since it was opened. */
  closedDays: number;
  /**
   * Appends quotes, each a row of `RAW_COLUMNS`; the first one of a later day closes the file of the day before.
   * @throws ArchiveError where they can't be written, after which none of this call's last day is there
   */
  append(rows: readonly Row[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the log of a ticker, `<ticker>.csv`, where it ends: at the last whole line.
 * @param folder the market's `raw/`
 * @throws ArchiveError where it can't be opened
 */
export async function openRawLog(folder: string, ticker: string): Promise<RawLog> {
  const path = join(folder, `${ticker}.csv`);
  const guard = <T>(work: () => Promise<T>) =>
    work().catch((error: unknown) => {
      throw unwritable(path, error);
    });
  let state = await guard(() => openLogFile(folder, path));
  const log: RawLog = {
    last: state.last ?? (await guard(() => endOfClosed(folder, ticker))),
    cut: state.cut,
    closedDays: 0,
    append: (rows) => guard(() => append(rows)),
    close: () => state.file.close(),
  };
  return log;

  async function append(rows: readonly Row[]): Promise<void> {
    let lines: Row[] = [];
    for (const row of rows) {
      const day = dayOf(row.tick_at as Date);
      if (state.day !== undefined && day > state.day) {
        await write(lines);
        lines = [];
        await closeDay(state.day);
      }
      state.day ??= day;
      lines.push(row);
    }
    await write(lines);
  }

  /** All of the lines or none: what a full disk has taken of them is cut off again. */
  async function write(rows: readonly Row[]): Promise<void> {
    const last = rows.at(-1);
    if (last === undefined) return;
    const text = (state.size === 0 ? LOG_HEADER : '') + rows.map((row) => csvLine(RAW_COLUMNS, row)).join('');
    const bytes = Buffer.from(text);
    try {
      // At a place instead of at the end: a second writer, should there ever be one, writes the same bytes there.
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await state.file.write(bytes, done, bytes.length - done, state.size + done);
        done += bytesWritten;
      }
    } catch (error) {
      await state.file.truncate(state.size);
      if (state.size === 0) state.day = undefined;
      throw error;
    }
    state.size += bytes.length;
    log.last = { seq: BigInt(last.seq as bigint), tickAt: last.tick_at as Date };
  }

  async function closeDay(day: string): Promise<void> {
    const closed = join(folder, `${ticker}.${day}.csv`);
    if ((await sizeOf(closed)) !== undefined)
      throw new ArchiveError('conflict', `${closed} is there already; nothing was overwritten`);
    await state.file.sync();
    await state.file.chmod(READ_ONLY);
    await state.file.close();
    await rename(path, closed);
    await syncFolder(folder);
    log.closedDays += 1;
    state = await openLogFile(folder, path);
  }
}

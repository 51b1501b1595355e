import { type FileHandle, mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { ArchiveError, unwritable } from './archive-error';
import { RAW_COLUMNS, type Row } from './columns';
import { csvHeader, csvLine } from './csv';
import { namesIn, READ_ONLY, sizeOf, syncFolder } from './files';

const HEADER = csvHeader(RAW_COLUMNS);
/** Many lines; what was torn is never longer. */
const TAIL_BYTES = 65_536;
const LINE =
  /^(\d+),(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z),[^,]*,[^,]+,[a-z]+,[\d.]+,(?:true,|false,[a-z_]+)$/;

/** The last quote that a log holds. */
export interface LogPosition {
  seq: bigint;
  tickAt: Date;
}

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
  let state = await guard(() => openFile(folder, path));
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
    const text = (state.size === 0 ? HEADER : '') + rows.map((row) => csvLine(RAW_COLUMNS, row)).join('');
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
    state = await openFile(folder, path);
  }
}

interface OpenFile {
  file: FileHandle;
  size: number;
  /** The day (UTC) of its first line. */
  day: string | undefined;
  last: LogPosition | undefined;
  cut: number;
}

async function openFile(folder: string, path: string): Promise<OpenFile> {
  await mkdir(folder, { recursive: true });
  // Not for appending: writing at a place would then write at the end.
  const file = (await sizeOf(path)) === undefined ? await open(path, 'wx+', 0o644) : await open(path, 'r+');
  try {
    const { size } = await file.stat();
    const end = await findEnd(file, size, path);
    if (end.size < size) await file.truncate(end.size);
    const first = await textAt(file, HEADER.length, Math.min(end.size, HEADER.length + 1_000));
    return {
      file,
      ...end,
      day: positionIn(firstLine(first))?.tickAt.toISOString().slice(0, 10),
      cut: size - end.size,
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/**
 * Where the last line that is whole ends: a process was killed in the middle of the next, or the power failed, which may leave
 * zeros.
 * @throws ArchiveError for anything else: what is no log of ours is not cut
 */
async function findEnd(
  file: FileHandle,
  size: number,
  path: string,
): Promise<{ size: number; last: LogPosition | undefined }> {
  const from = Math.max(0, size - TAIL_BYTES);
  // One byte is one character: offsets must stay what they are.
  const lines = (await textAt(file, from, size)).split('\n');
  const unfinished = lines.pop() ?? '';
  let end = size - unfinished.length;
  while (lines.length > 0) {
    const line = lines.pop() as string;
    const last = positionIn(line);
    const isHeader = from === 0 && lines.length === 0 && `${line}\n` === HEADER;
    if (last !== undefined || isHeader) return { size: end, last };
    if (!line.includes('\0')) throw notOurs(path);
    end -= line.length + 1;
  }
  if (end === 0 && (HEADER.startsWith(unfinished) || unfinished.includes('\0')))
    return { size: 0, last: undefined };
  throw notOurs(path);
}

const notOurs = (path: string) =>
  new ArchiveError('conflict', `${path} is no raw log of this version; move it away`);

/** Where the newest file of a day that is over ends: the log itself may have no line yet. */
async function endOfClosed(folder: string, ticker: string): Promise<LogPosition | undefined> {
  const newest = (await closedLogs(folder, ticker)).at(-1);
  if (newest === undefined) return undefined;
  const path = join(folder, newest);
  const file = await open(path, 'r');
  try {
    return (await findEnd(file, (await file.stat()).size, path)).last;
  } finally {
    await file.close();
  }
}

/** The names of a ticker's files of days that are over, in order. */
export async function closedLogs(folder: string, ticker: string): Promise<string[]> {
  const form = new RegExp(`^${ticker}\\.\\d{4}-\\d\\d-\\d\\d\\.csv$`);
  return (await namesIn(folder)).filter((name) => form.test(name));
}

async function textAt(file: FileHandle, from: number, to: number): Promise<string> {
  if (to <= from) return '';
  const { buffer, bytesRead } = await file.read(Buffer.alloc(to - from), 0, to - from, from);
  return buffer.toString('latin1', 0, bytesRead);
}

const firstLine = (text: string) => text.slice(0, text.indexOf('\n'));

function positionIn(line: string): LogPosition | undefined {
  const match = LINE.exec(line);
  return match === null
    ? undefined
    : { seq: BigInt(match[1] as string), tickAt: new Date(match[2] as string) };
}

const dayOf = (time: Date) => time.toISOString().slice(0, 10);

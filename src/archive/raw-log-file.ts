import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredSourceQuote } from '../db/source-quotes';
import { dayOf } from '../domain/day';
import type { RejectionReason, SourceName } from '../domain/quote';
import { ArchiveError } from './archive-error';
import { RAW_COLUMNS } from './columns';
import { csvHeader } from './csv';
import { namesIn, sizeOf } from './files';

export const LOG_HEADER = csvHeader(RAW_COLUMNS);
/** Many lines; what was torn is never longer. */
const TAIL_BYTES = 65_536;
const LINE =
  /^(\d+),(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z),([^,]*),([^,]+),([a-z]+),([\d.]+),(?:true,|false,([a-z_]+))$/;

/** The last quote that a log holds. */
export interface LogPosition {
  seq: bigint;
  tickAt: Date;
}

/** The file of a raw log, open for writing where it ends. */
export interface LogFile {
  file: FileHandle;
  size: number;
  /** The day (UTC) of its first line. */
  day: string | undefined;
  last: LogPosition | undefined;
  cut: number;
}

/** Opens a log's file, or makes it, and cuts off a line that was never finished. */
export async function openLogFile(folder: string, path: string): Promise<LogFile> {
  await mkdir(folder, { recursive: true });
  // Not for appending: writing at a place would then write at the end.
  const file = (await sizeOf(path)) === undefined ? await open(path, 'wx+', 0o644) : await open(path, 'r+');
  try {
    const { size } = await file.stat();
    const end = await findEnd(file, size, path);
    if (end.size < size) await file.truncate(end.size);
    const first = await textAt(file, LOG_HEADER.length, Math.min(end.size, LOG_HEADER.length + 1_000));
    const firstDay = positionIn(firstLine(first))?.tickAt;
    return {
      file,
      ...end,
      day: firstDay === undefined ? undefined : dayOf(firstDay),
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
    const isHeader = from === 0 && lines.length === 0 && `${line}\n` === LOG_HEADER;
    if (last !== undefined || isHeader) return { size: end, last };
    if (!line.includes('\0')) throw notOurs(path);
    end -= line.length + 1;
  }
  if (end === 0 && (LOG_HEADER.startsWith(unfinished) || unfinished.includes('\0')))
    return { size: 0, last: undefined };
  throw notOurs(path);
}

const notOurs = (path: string) =>
  new ArchiveError('conflict', `${path} is no raw log of this version; move it away`);

/** Where the newest file of a day that is over ends; undefined where there is none. */
export async function endOfClosed(folder: string, ticker: string): Promise<LogPosition | undefined> {
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

/** What a line of a ticker's log says; undefined where it is none. */
export function readLogLine(line: string, ticker: string): StoredSourceQuote | undefined {
  const [, seq, tickAt, sourceTime, receivedAt, source, price, reason] = LINE.exec(line) ?? [];
  if (seq === undefined) return undefined;
  return {
    ...{ seq, ticker, source: source as SourceName, price: price as string },
    tick_at: new Date(tickAt as string),
    source_time: sourceTime ? new Date(sourceTime) : null,
    received_at: new Date(receivedAt as string),
    ...{ accepted: reason === undefined, reason: (reason as RejectionReason | undefined) ?? null },
  };
}

function positionIn(line: string): LogPosition | undefined {
  const match = LINE.exec(line);
  return match === null
    ? undefined
    : { seq: BigInt(match[1] as string), tickAt: new Date(match[2] as string) };
}

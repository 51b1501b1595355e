import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readStackFile } from '../stack-file';
import { PlainError } from './plain-error';
import { startedAt } from './process-table';

interface Holder {
  pid: number;
  startedAt: string;
}

/**
 * Makes this process the only one that runs a stack on a data directory. The lock of a process that was killed does not
 * count: its process id is not enough to hold it, since another process may have that by now.
 * @returns what gives the lock back
 * @throws PlainError naming the process that runs there, and its API
 */
export function lockDataDir(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, 'lock.json');
  const holder = readHolder(file);
  if (holder && startedAt(holder.pid) === holder.startedAt)
    throw new PlainError(runsAlready(dataDir, holder.pid));
  rmSync(file, { force: true });
  const own: Holder = { pid: process.pid, startedAt: startedAt(process.pid) ?? '' };
  try {
    writeFileSync(file, JSON.stringify(own), { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new PlainError(`Another start on ${dataDir} was a moment quicker.`);
  }
  return () => {
    if (readHolder(file)?.pid === process.pid) rmSync(file, { force: true });
  };
}

function readHolder(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

function runsAlready(dataDir: string, pid: number): string {
  const stack = readStackFile(dataDir);
  const api = stack?.pid === pid ? `; its API is at ${stack.apiUrl}` : ' and is still starting';
  return `Pricehook runs on ${dataDir} already (process ${pid})${api}. Stop it, or set DATA_DIR to another folder.`;
}

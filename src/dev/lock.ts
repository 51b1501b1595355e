import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readStackFile, replaceFile } from '../stack-file';
import { prepareDataDir } from './data-dir';
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
 * @throws PlainError naming the process that runs there, and its API, or when the directory is not ours alone
 */
export function lockDataDir(dataDir: string): () => void {
  prepareDataDir(dataDir);
  const file = join(dataDir, 'lock.json');
  const own: Holder = { pid: process.pid, startedAt: startedAt(process.pid) ?? '' };
  assertNotHeld(dataDir, file);
  const done = enterGate(dataDir, `${file}.taking`);
  try {
    // Who was in the gate before us may hold it by now.
    assertNotHeld(dataDir, file);
    replaceFile(file, JSON.stringify(own));
  } finally {
    done();
  }
  return () => {
    if (readHolder(file)?.pid === process.pid) rmSync(file, { force: true });
  };
}

function assertNotHeld(dataDir: string, file: string): void {
  const holder = readHolder(file);
  if (holder && startedAt(holder.pid) === holder.startedAt)
    throw new PlainError(runsAlready(dataDir, holder.pid));
}

/**
 * Lets one process at a time look at the lock and take it: of two that both find a stale one, the slower would otherwise
 * remove the quicker one's new lock. Nobody waits in it, so one that is closed is lost; a start that is killed within
 * this moment leaves it closed, which is safer than to guess.
 */
function enterGate(dataDir: string, gate: string): () => void {
  try {
    closeSync(openSync(gate, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new PlainError(
      `Another start on ${dataDir} was a moment quicker. If there is none, remove ${gate} and start again.`,
    );
  }
  return () => rmSync(gate, { force: true });
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

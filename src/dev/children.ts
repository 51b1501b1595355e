import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { replaceFile } from '../stack-file';
import { runningPostgres } from './postgres-pid';
import { commandLine, startedAt } from './process-table';

interface ChildRecord {
  name: string;
  pid: number;
  startedAt: string;
  command: string;
}

export interface Children {
  /** Remembers a process that was just started, also for a later start should we be killed. */
  spawned(name: string, pid: number): void;
  /** Kills all that still run, at once. */
  killAll(): void;
}

const STOP_WITHIN_MS = 20_000;

/** The processes that this start has started. */
export function trackChildren(dataDir: string): Children {
  const records = new Map<string, ChildRecord>();
  return {
    spawned(name, pid) {
      records.set(name, recordOf(name, pid));
      writeRecords(dataDir, [...records.values()]);
    },
    killAll() {
      for (const record of records.values()) if (stillRuns(record)) signal(record.pid, 'SIGKILL');
    },
  };
}

/**
 * Stops what a start that was killed has left running on a data directory. A process is only touched when its start
 * time and its command line are those that were recorded: ids are used again.
 * @returns the names of what was stopped
 */
export async function stopOrphans(dataDir: string): Promise<string[]> {
  const orphans = readRecords(dataDir).filter(stillRuns);
  const postgres = runningPostgres(dataDir);
  if (postgres !== undefined && !orphans.some((orphan) => orphan.pid === postgres)) {
    orphans.push(recordOf('PostgreSQL', postgres));
  }
  await Promise.all(orphans.map(stopOrphan));
  writeRecords(dataDir, []);
  return orphans.map((orphan) => orphan.name);
}

async function stopOrphan(orphan: ChildRecord): Promise<void> {
  signal(orphan.pid, 'SIGINT');
  const deadline = Date.now() + STOP_WITHIN_MS;
  while (stillRuns(orphan)) {
    if (Date.now() > deadline) signal(orphan.pid, 'SIGKILL');
    await sleep(50);
  }
}

const stillRuns = (record: ChildRecord) =>
  startedAt(record.pid) === record.startedAt && commandLine(record.pid) === record.command;

const recordOf = (name: string, pid: number): ChildRecord => ({
  name,
  pid,
  startedAt: startedAt(pid) ?? '',
  command: commandLine(pid) ?? '',
});

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

const recordsFile = (dataDir: string) => join(dataDir, 'children.json');

function readRecords(dataDir: string): ChildRecord[] {
  try {
    return JSON.parse(readFileSync(recordsFile(dataDir), 'utf8')) as ChildRecord[];
  } catch {
    return [];
  }
}

function writeRecords(dataDir: string, records: ChildRecord[]): void {
  replaceFile(recordsFile(dataDir), `${JSON.stringify(records, null, 2)}\n`);
}

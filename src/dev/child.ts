import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Whom a child process runs as; nothing set means as ourselves. */
export interface UserIds {
  uid?: number;
  gid?: number;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface Child {
  pid: number;
  /** Settles when the process has gone, whatever the reason; never rejects. */
  exited: Promise<Exit>;
  /** Asks it to end, and kills it if it has not after `graceMs`; returns when it has gone. */
  stop(signal: NodeJS.Signals, graceMs: number): Promise<void>;
  kill(): void;
}

export interface ChildOptions extends UserIds {
  command: string;
  args: string[];
  /** What the process prints is appended here. */
  logFile: string;
  env: NodeJS.ProcessEnv;
  cwd: string;
  onSpawn?: (pid: number) => void;
}

const MAX_LOG_BYTES = 10_000_000;

/**
 * Starts a process in a process group of its own, so that a Ctrl-C in the terminal does not reach it before we have
 * drained, and so that it outlives us only until the next start finds it.
 * @throws what the system says when the program can't be started
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  const { command, args, cwd, env, uid, gid } = options;
  const log = openLog(options.logFile);
  // What it writes is no business of other users of this machine.
  const umask = process.umask(0o077);
  const child = spawn(command, args, { cwd, env, uid, gid, detached: true, stdio: ['ignore', log, log] });
  process.umask(umask);
  closeSync(log);
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  await once(child, 'spawn');
  const pid = child.pid as number;
  options.onSpawn?.(pid);
  return {
    pid,
    exited,
    kill: () => void child.kill('SIGKILL'),
    stop: async (signal, graceMs) => {
      child.kill(signal);
      const patience = new AbortController();
      const late = sleep(graceMs, undefined, { signal: patience.signal }).then(
        () => void child.kill('SIGKILL'),
        () => {},
      );
      await exited;
      patience.abort();
      await late;
    },
  };
}

/** The end of a log, for the message of a start that failed. */
export function logTail(logFile: string, lines = 8): string {
  try {
    return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '';
  }
}

function openLog(file: string): number {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > MAX_LOG_BYTES) renameSync(file, `${file}.old`);
  return openSync(file, 'a', 0o600);
}

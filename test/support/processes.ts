import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export interface StartedProcess {
  pid: number;
  /** What it has printed so far. */
  output(): string;
  /** Settles with the exit code when it has ended, whatever the reason. */
  exited: Promise<number | null>;
  /** SIGKILL, and its end. */
  kill(): Promise<void>;
  /** SIGTERM, and its end; answers the exit code. */
  stop(): Promise<number | null>;
}

const ROOT = join(__dirname, '../..');

/**
 * Starts one of the built programs (`worker.js`, `server.js`), or a TypeScript file by its whole path, as a process of
 * its own and waits until it prints `ready`. Nothing of the tests' own environment but the essentials reaches it.
 * `logFile` gets what it prints, too.
 * @throws with what it printed, where it ends before
 */
export async function startProcess(
  script: string,
  env: Record<string, string>,
  ready: string,
  { logFile, onSpawn }: { logFile?: string; onSpawn?: (pid: number) => void } = {},
): Promise<StartedProcess> {
  const loader = script.endsWith('.ts') ? ['--import', 'tsx'] : [];
  const child = spawn(process.execPath, [...loader, resolve(ROOT, 'dist', script)], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  const collect = (chunk: Buffer) => {
    printed += chunk.toString();
    if (logFile) appendFileSync(logFile, chunk);
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  if (child.pid !== undefined) onSpawn?.(child.pid);
  await untilPrinted(
    child,
    () => printed.includes(ready),
    () => printed,
  );
  return {
    pid: child.pid as number,
    output: () => printed,
    exited,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async stop() {
      child.kill('SIGTERM');
      return await exited;
    },
  };
}

async function untilPrinted(
  child: ChildProcess,
  isReady: () => boolean,
  printed: () => string,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const look = () => {
      if (isReady()) resolve();
    };
    child.stdout?.on('data', look);
    child.once('exit', (code) =>
      reject(new Error(`The process ended with ${code} before it was ready:\n${printed()}`)),
    );
  });
}

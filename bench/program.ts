import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Child, logTail, startChild } from '../src/dev/child';

const ROOT = resolve(__dirname, '..');
const LOOK_EVERY_MS = 50;

/**
 * Starts one of the built programs (`worker.js`, `server.js`), or a TypeScript file by its whole path, as a process of its own
 * and waits until it prints `ready`. It prints into a file: whoever reads along would take part in the measurement.
 * @throws with the end of what it printed, where it ends before
 */
export async function startProgram(
  file: string,
  env: Record<string, string>,
  ready: string,
  logFile: string,
): Promise<Child> {
  const loader = file.endsWith('.ts') ? ['--import', 'tsx'] : [];
  const child = await startChild({
    command: process.execPath,
    args: [...loader, resolve(ROOT, 'dist', file)],
    logFile,
    cwd: ROOT,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
  });
  let gone = false;
  void child.exited.then(() => {
    gone = true;
  });
  while (!readFileSync(logFile, 'utf8').includes(ready)) {
    if (gone) throw new Error(`${file} ended before it was ready:\n${logTail(logFile)}`);
    await sleep(LOOK_EVERY_MS);
  }
  return child;
}

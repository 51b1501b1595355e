import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { ConfigError } from '../config';
import { createParts, type Parts } from './parts';
import { PlainError } from './plain-error';
import { createProgress, type Progress } from './progress';
import { onStopSignals, onUncaught } from './stop-signals';

/** What a start works with, from its first step to its stop. */
export interface Life {
  /** Its steps refuse to begin once the stop has begun. */
  progress: Progress;
  parts: Parts;
  /** Names a promise whose rejection ends everything. */
  fails(failed: Promise<never>): void;
  /** Calls `work` when the process exits, for whatever reason; it must be synchronous. */
  atExit(work: () => void): void;
}

/**
 * Starts something, waits until a signal comes or a part fails, stops all parts in the reverse order and ends the
 * process: with 0 after a signal, with 1 after a failure, with 130 when a second signal cut the stop short.
 */
export async function live(start: (life: Life) => Promise<void>): Promise<never> {
  const progress = createProgress();
  const parts = createParts(progress);
  const stop = new AbortController();
  let code = 0;
  const fail = (error: unknown) => {
    if (stop.signal.aborted) return;
    process.stderr.write(`${explain(error)}\n`);
    code = 1;
    stop.abort();
  };
  onUncaught(fail);
  onStopSignals({
    first: () => {
      progress.line('Stopping; Ctrl-C again stops at once.');
      stop.abort();
    },
    again: () => end(130),
  });
  const aborted = once(stop.signal, 'abort');
  const started = start({
    progress: {
      ...progress,
      step: async (...step) => stop.signal.throwIfAborted() ?? progress.step(...step),
    },
    parts,
    fails: (failed) => void failed.catch(fail),
    atExit: (work) => void process.on('exit', work),
  }).catch(fail);
  await aborted;
  // A step that is under way comes to its end; the next one refuses to begin.
  await started;
  await parts.stopAll();
  end(code);
}

function end(code: number): never {
  if (terminalIsGone()) {
    // Node would abort while it resets the terminal, and leave a core dump.
    process.emit('exit', code);
    process.kill(process.pid, 'SIGKILL');
  }
  process.exit(code);
}

function terminalIsGone(): boolean {
  if (!process.stdout.isTTY) return false;
  try {
    writeSync(process.stdout.fd, '\r');
    return false;
  } catch {
    return true;
  }
}

function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof PlainError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { moreThreads } from '../worker-threads';
import { CommandError } from './command-error';
import { withExamples } from './examples';

const START = join(__dirname, '../../scripts/start.mjs');

/** Adds `pricehook up`, which is `npm start`. */
export function registerUp(program: Command): void {
  const command = program
    .command('up')
    .description(
      'run everything as `npm start` does: PostgreSQL, Temporal, API, workers; Ctrl-C stops it all',
    )
    .action(async () => {
      process.exitCode = await runStack();
    });
  withExamples(command, ['pricehook up', 'MARKET=replay pricehook up']);
}

/** A process of its own, as it may build anew what this one has loaded. */
async function runStack(): Promise<number> {
  if (!existsSync(START)) {
    throw new CommandError(
      'This installation has no embedded servers; run `pricehook migrate`, `pricehook api` and `pricehook worker` on servers of your own.',
    );
  }
  moreThreads();
  const child = spawn(process.execPath, [START], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // A terminal sends Ctrl-C to both of us, and a second one would stop it at once.
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}

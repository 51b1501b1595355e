import type { Command } from 'commander';
import { withExamples } from './examples';

/** Adds `pricehook api` and `pricehook worker`, the processes of a deployment on servers of one's own. */
export function registerProcesses(program: Command): void {
  // What they need is much, and no other command needs it.
  withExamples(
    program
      .command('api')
      .description(
        'run the API alone, on HOST and PORT, until it is told to stop; it logs a JSON line for each event',
      )
      .action(async () => (await import('../server.js')).runServer()),
    ['pricehook api', 'PORT=8001 pricehook api'],
  );
  withExamples(
    program
      .command('worker')
      .description('run the workers alone, until they are told to stop; they log a JSON line for each event')
      .action(async () => (await import('../worker.js')).runWorker()),
    ['pricehook worker', 'WORKER_BUILD_ID=2026-11-22 pricehook worker'],
  );
}

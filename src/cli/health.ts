import { hostname } from 'node:os';
import type { Command } from 'commander';
import { connectDatabase } from '../db/connect';
import { isWorkerAlive } from '../db/workers';
import { joinStack, loadSettings } from '../settings';
import { findApi, URL_VARIABLE } from './api/address';
import { noAnswer } from './api/connect';
import { CommandError } from './command-error';
import { withExamples } from './examples';
import { jsonText } from './table';
import { escapeControls } from './terminal-text';

const ANSWER_WITHIN_MS = 5_000;
const SEEN_WITHIN_SECONDS = 20;

/** Adds `pricehook health`, which ends with 0 where all is well and 1 otherwise: for containers and scripts. */
export function registerHealth(program: Command): void {
  const command = program
    .command('health')
    .description('ask the API of this configuration how it does')
    .option('--url <url>', `where the API is; ${URL_VARIABLE} or the running stack if left out`)
    .option('--worker', 'tell instead whether a worker of this host is at work')
    .option('--json', 'print one JSON object, which the API always does')
    .action(async ({ worker, url, json }: { worker?: boolean; url?: string; json?: boolean }) => {
      if (worker)
        process.stdout.write(json ? jsonText(await workerHealth()) : `${(await workerHealth()).detail}\n`);
      else process.stdout.write(`${await apiHealth(findApi(url))}\n`);
    });
  withExamples(command, [
    'pricehook health',
    'pricehook health --worker',
    'pricehook health --url http://localhost:8000',
  ]);
}

async function apiHealth(url: string): Promise<string> {
  const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
  const response = await fetch(`${url}/health`, { signal }).catch((error: Error) => {
    throw new CommandError(noAnswer(url, error).message);
  });
  const text = escapeControls(await response.text());
  if (!response.ok) throw new CommandError(text);
  return text;
}

async function workerHealth(): Promise<{ worker: 'ok'; detail: string }> {
  const { databaseUrl } = joinStack(loadSettings()).config;
  const db = connectDatabase(databaseUrl, { maxConnections: 1, onIdleError: () => {} });
  try {
    if (await isWorkerAlive(db, SEEN_WITHIN_SECONDS, hostname()))
      return { worker: 'ok', detail: 'A worker of this host is at work' };
  } catch (error) {
    throw new CommandError(`The database can't be asked: ${(error as Error).message}`);
  } finally {
    await db.destroy();
  }
  throw new CommandError(`No worker of this host was seen in the last ${SEEN_WITHIN_SECONDS} seconds`);
}

import { hostname } from 'node:os';
import type { Command } from 'commander';
import { connectDatabase } from '../db/connect';
import { isWorkerAlive } from '../db/workers';
import { joinStack, loadSettings } from '../settings';
import { CommandError } from './command-error';

const ANSWER_WITHIN_MS = 5_000;
const SEEN_WITHIN_SECONDS = 20;

/** Adds `pricehook health`, which ends with 0 where all is well and 1 otherwise: for containers and scripts. */
export function registerHealth(program: Command): void {
  program
    .command('health')
    .description('ask the API of this configuration how it does')
    .option('--worker', 'tell instead whether a worker of this host is at work')
    .action(async ({ worker }: { worker?: boolean }) => {
      process.stdout.write(`${worker ? await workerHealth() : await apiHealth()}\n`);
    });
}

async function apiHealth(): Promise<string> {
  const { host, port } = loadSettings().config;
  const address = /^(0\.0\.0\.0|::)$/.test(host) ? '127.0.0.1' : host;
  const url = `http://${address.includes(':') ? `[${address}]` : address}:${port}/health`;
  const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) }).catch(
    (error: Error) => {
      throw new CommandError(`No API answers on ${url}: ${error.message}`);
    },
  );
  const text = await response.text();
  if (!response.ok) throw new CommandError(text);
  return text;
}

async function workerHealth(): Promise<string> {
  const { databaseUrl } = joinStack(loadSettings()).config;
  const db = connectDatabase(databaseUrl, { maxConnections: 1, onIdleError: () => {} });
  try {
    if (await isWorkerAlive(db, SEEN_WITHIN_SECONDS, hostname())) return 'A worker of this host is at work';
  } catch (error) {
    throw new CommandError(`The database can't be asked: ${(error as Error).message}`);
  } finally {
    await db.destroy();
  }
  throw new CommandError(`No worker of this host was seen in the last ${SEEN_WITHIN_SECONDS} seconds`);
}

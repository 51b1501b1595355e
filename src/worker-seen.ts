import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { Database } from './db/schema';
import { forgetWorker, sawWorker } from './db/workers';

const EVERY_MS = 5_000;

/** Keeps saying in the database that this worker is there, for the API's health. */
export function keepSeen(db: Kysely<Database>, log: Logger): { stop(): Promise<void> } {
  const id = `${hostname()}/${randomUUID()}`;
  let saying: Promise<void> = Promise.resolve();
  const say = () => {
    saying = sawWorker(db, id).catch((error: unknown) => {
      log.warn({ err: error }, 'The worker could not say that it is there');
    });
  };
  say();
  const timer = setInterval(say, EVERY_MS);
  return {
    async stop() {
      clearInterval(timer);
      await saying;
      await forgetWorker(db, id).catch(() => undefined);
    },
  };
}

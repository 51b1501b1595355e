import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import { noteKeyUses } from '../db/api-keys';
import type { Database } from '../db/schema';
import type { KeyCache } from './key-cache';

const EVERY_MS = 5_000;

/** Writes down which keys were used: together and behind the requests, so that none of them waits for it. */
export function keepKeyUses(
  db: Kysely<Database>,
  keys: KeyCache,
  log: Logger,
  everyMs = EVERY_MS,
): { close(): Promise<void> } {
  let writing: Promise<void> = Promise.resolve();
  const write = async () => {
    const used = keys.takeUsed();
    if (used.length === 0) return;
    await noteKeyUses(db, used).catch((error: unknown) => {
      keys.putBackUsed(used);
      log.warn({ err: error }, 'The uses of keys could not be written down yet');
    });
  };
  const writeNext = () => {
    writing = writing.then(write);
  };
  const timer = setInterval(writeNext, everyMs);
  return {
    async close() {
      clearInterval(timer);
      writeNext();
      await writing;
    },
  };
}

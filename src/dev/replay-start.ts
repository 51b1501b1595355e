import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PlainError } from './plain-error';

const MINUTE_MS = 60_000;

/**
 * When the replay of a data directory began, Unix milliseconds: at the minute of its first start. What is stored fits together only if the
 * recorded prices go on while nothing runs, as those of real exchanges do.
 * @throws PlainError where the file that says so can't be read
 */
export function replayStart(dataDir: string, nowMs = Date.now()): number {
  const file = join(dataDir, 'replay-start');
  const began = new Date(Math.floor(nowMs / MINUTE_MS) * MINUTE_MS);
  try {
    writeFileSync(file, `${began.toISOString()}\n`, { flag: 'wx' });
    return began.getTime();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const text = readFileSync(file, 'utf8').trim();
  const startedAtMs = Date.parse(text);
  if (Number.isNaN(startedAtMs))
    throw new PlainError(
      `${file} holds ${JSON.stringify(text)}, which is no time; remove it to begin the replay anew.`,
    );
  return startedAtMs;
}

import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { type ArmedAlert, listArmedAlerts } from '../db/armed-alerts';
import { connectDatabase } from '../db/connect';
import type { WatchedAlert } from '../domain/alert-watch';
import { PriceError, toDecimal } from '../domain/price';
import type { Market } from '../domain/quote';
import { CommandError } from './command-error';

/** An alert that a replay watches. */
export interface ReplayedAlert extends WatchedAlert {
  /** What it did when it was live, to compare with; undefined where nobody knows, or it was not armed as it is here. */
  live?: { firedAtMs: number; price: number } | null;
}

const decimal = z.union([z.number(), z.string()]).transform((value, context) => {
  try {
    return Number(toDecimal(value));
  } catch (error) {
    if (!(error instanceof PriceError)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
    return z.NEVER;
  }
});

const lineSchema = z.strictObject({
  id: z.string().min(1).optional(),
  ticker: z.string().min(1).toUpperCase(),
  condition: z.enum(['gt', 'lt']),
  target_price: decimal,
  armed_at: z.iso.datetime({ offset: true }).optional(),
});

/**
 * Reads alerts from a file, one JSON object a line: `{"ticker":"BTC","condition":"gt","target_price":65000}`.
 * @throws CommandError with this status for the first line that is none
 */
export async function readAlertFile(file: string, exitCode: number): Promise<ReplayedAlert[]> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new CommandError(`--alerts can't be read: ${error.message}`, exitCode);
  });
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const name = `line ${index + 1}`;
    const { data, error } = lineSchema.safeParse(parsed(line));
    if (error !== undefined) {
      const [issue] = error.issues;
      const where = issue?.path.length ? `${issue.path.join('.')}: ` : '';
      const form = '{"ticker":"BTC","condition":"gt","target_price":65000}';
      throw new CommandError(`${file}, ${name}: ${where}${issue?.message}; allowed: ${form}`, exitCode);
    }
    const { id = name, ticker, condition, target_price: targetPrice, armed_at } = data;
    const armedAfterMs = armed_at === undefined ? null : Date.parse(armed_at);
    return [{ id, ticker, condition, targetPrice, armedAfterMs }];
  });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/**
 * Reads all users' alerts from PostgreSQL: as they were armed when they were live, those that had fired before `fromMs` and those
 * that are paused left out; or all of them, as if they had been armed then.
 */
export async function readStoredAlerts(
  databaseUrl: string,
  { market, fromMs, whatIf }: { market: Market; fromMs: number; whatIf: boolean },
): Promise<ReplayedAlert[]> {
  const db = connectDatabase(databaseUrl, { maxConnections: 1, onIdleError: () => {} });
  try {
    const alerts = await listArmedAlerts(db, market);
    if (whatIf) return alerts.map((alert) => ({ ...watched(alert), armedAfterMs: null }));
    const waited = alerts.filter(
      ({ status, triggered_at }) =>
        status === 'active' || (status === 'fired' && (triggered_at?.getTime() ?? 0) >= fromMs),
    );
    return waited.map((alert) => ({ ...watched(alert), live: liveFiring(alert) }));
  } finally {
    await db.destroy();
  }
}

const watched = ({ id, ticker, condition, target_price, armed_after }: ArmedAlert): ReplayedAlert => ({
  ...{ id, ticker, condition, targetPrice: Number(target_price) },
  armedAfterMs: armed_after?.getTime() ?? null,
});

const liveFiring = ({ triggered_at, triggered_price }: ArmedAlert) =>
  triggered_at === null || triggered_price === null
    ? null
    : { firedAtMs: triggered_at.getTime(), price: Number(triggered_price) };

import { archivedMarkets } from '../archive/walk';
import { wrongInputs } from '../archive-replay/inputs';
import { type Config, ConfigError } from '../config';
import type { Market } from '../domain/quote';
import { HOUR_MS, hourOf } from '../domain/statistics-hour';
import type { TimeSpan } from '../domain/statistics-span';
import { loadSettings } from '../settings';
import { readStackFile } from '../stack-file';
import { CommandError } from './command-error';
import { EXIT } from './exit-codes';
import { type ReplayedAlert, readAlertFile, readStoredAlerts } from './replay-alerts';
import { inOneLine } from './terminal-text';

/** The status of a replay that never began. */
export const NOTHING_REPLAYED = EXIT.usage;

/* Each of these throws a CommandError with that status where nothing can be replayed. */

export interface ReplayFlags {
  from: number;
  to: number;
  speed?: number;
  out?: string;
  market?: Market;
  /** A file; false: none; undefined: those in PostgreSQL, if it is at hand. */
  alerts?: string | boolean;
  whatIf?: boolean;
  json?: boolean;
}

/** The settings of this process. */
export function replaySettings() {
  try {
    return loadSettings();
  } catch (error) {
    if (error instanceof ConfigError) throw new CommandError(error.message, NOTHING_REPLAYED);
    throw error;
  }
}

/** The whole hours that the flags name. */
export function spanOf({ from, to }: Pick<ReplayFlags, 'from' | 'to'>): TimeSpan {
  const span = { fromMs: hourOf(from), toMs: Math.ceil(to / HOUR_MS) * HOUR_MS };
  if (span.fromMs < span.toMs) return span;
  throw new CommandError('--from is not before --to: there is nothing in between.', NOTHING_REPLAYED);
}

/** The one that anything is archived of, or else the configured one. */
export async function marketOf(config: Config, folder: string): Promise<Market> {
  const archived = await archivedMarkets(folder);
  const configured = config.market === 'auto' ? readStackFile(config.dataDir)?.market : config.market;
  const market = archived.length === 1 ? archived[0] : configured;
  if (archived.length === 0) throw new CommandError(`There is no archive in ${folder}`, NOTHING_REPLAYED);
  if (market !== undefined) return market;
  throw new CommandError('--market is missing: both live and replay are archived', NOTHING_REPLAYED);
}

/** Holds what is read against its manifests, and names what is not as it was written. */
export async function refuseWrongInputs(
  folder: string,
  market: Market,
  wanted: { tickers: readonly string[]; looked: TimeSpan; span: TimeSpan },
): Promise<void> {
  const problems = await wrongInputs(folder, market, wanted);
  if (problems.length === 0) return;
  const lines = problems.map(({ path, problem, detail }) =>
    inOneLine(`${market}/${path}: ${problem}: ${detail}`),
  );
  throw new CommandError(
    `${lines.join('\n')}\nNothing was replayed: the archive is not what was written.`,
    NOTHING_REPLAYED,
  );
}

/** The alerts to watch: of a file, of PostgreSQL if it is at hand, or none. */
export async function alertsOf(
  flags: ReplayFlags,
  config: Config,
  market: Market,
  { fromMs }: TimeSpan,
): Promise<ReplayedAlert[]> {
  if (flags.alerts === false) return [];
  if (typeof flags.alerts === 'string') {
    const alerts = await readAlertFile(flags.alerts, NOTHING_REPLAYED);
    return flags.whatIf ? alerts.map((alert) => ({ ...alert, armedAfterMs: null })) : alerts;
  }
  const databaseUrl = config.databaseUrl ?? readStackFile(config.dataDir)?.databaseUrl;
  if (databaseUrl === undefined) {
    process.stderr.write('No alerts: DATABASE_URL is not set and no stack runs; give some with --alerts\n');
    return [];
  }
  return await readStoredAlerts(databaseUrl, { market, fromMs, whatIf: flags.whatIf ?? false }).catch(
    (error: Error) => {
      throw new CommandError(
        `PostgreSQL can't be asked for alerts: ${error.message}. --no-alerts leaves them out.`,
        NOTHING_REPLAYED,
      );
    },
  );
}

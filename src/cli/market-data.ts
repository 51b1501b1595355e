import { type Command, Option } from 'commander';
import type { Kysely } from 'kysely';
import { connectDatabase } from '../db/connect';
import type { Database } from '../db/schema';
import { MARKETS, type Market } from '../domain/quote';
import { type JoinedDatabase, joinDatabase, loadSettings } from '../settings';
import { CommandError } from './command-error';
import { EXIT } from './exit-codes';

const QUERY_TIMEOUT_MS = 600_000;

export interface TickerFlags {
  ticker: string;
  market?: Market;
}

/** Adds the options by which commands on market data are told whose. */
export function withTicker(command: Command): Command {
  return command
    .requiredOption('--ticker <ticker>', 'such as BTC')
    .addOption(new Option('--market <market>', "instead of the stack's own").choices(MARKETS));
}

export interface TickerWork extends JoinedDatabase {
  db: Kysely<Database>;
  ticker: string;
}

/**
 * Does something with a ticker's data in the database of this configuration.
 * @throws CommandError for a ticker that is not watched
 */
export async function withTickerData<T>(
  flags: TickerFlags,
  work: (data: TickerWork) => Promise<T>,
): Promise<T> {
  const joined = joinDatabase(loadSettings(), flags.market);
  const ticker = flags.ticker.toUpperCase();
  const { tickers } = joined.config;
  if (!tickers.includes(ticker)) {
    const message = `--ticker is "${flags.ticker}"; allowed: those of TICKERS, ${tickers.join(', ')}`;
    throw new CommandError(message, EXIT.usage);
  }
  const options = { maxConnections: 1, onIdleError: () => {}, queryTimeoutMs: QUERY_TIMEOUT_MS };
  const db = connectDatabase(joined.databaseUrl, options);
  try {
    return await work({ ...joined, db, ticker });
  } finally {
    await db.destroy();
  }
}

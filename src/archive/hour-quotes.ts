import type { Kysely } from 'kysely';
import { hasPublishedMinutes } from '../db/candles';
import { wasDropped } from '../db/partitions';
import type { Database } from '../db/schema';
import { readSourceQuotes, type StoredSourceQuote } from '../db/source-quotes';
import type { Market } from '../domain/quote';
import { HOUR_MS } from '../domain/statistics-hour';
import { ArchiveError } from './archive-error';
import { readLoggedHour } from './logged-hour';

export interface HourQuotes {
  quotes: StoredSourceQuote[];
  /** Of the raw log, where they are from there; its first tick, Unix milliseconds, `Infinity` where it is empty. */
  log?: { firstMs: number };
}

/**
 * What all sources said of a ticker in an hour: as PostgreSQL has it, or, where it has dropped that day (`QUOTE_RETENTION`), as
 * the raw log does, which is the very same.
 * @param archive the market's archive
 * @throws ArchiveError `lost` where prices were published in the hour, and neither has any quote of it
 */
export async function hourQuotes(
  db: Kysely<Database>,
  archive: string,
  { market, ticker, hourMs }: { market: Market; ticker: string; hourMs: number },
): Promise<HourQuotes> {
  const span = { market, ticker, from: new Date(hourMs), to: new Date(hourMs + HOUR_MS) };
  const quotes = await readSourceQuotes(db, span);
  if (quotes.length > 0 || !(await wasDropped(db, hourMs))) return { quotes };
  const logged = await readLoggedHour(archive, ticker, hourMs);
  const minutes = { market, ticker, fromMs: hourMs, toMs: hourMs + HOUR_MS };
  if (logged.quotes.length === 0 && (await hasPublishedMinutes(db, minutes)))
    throw new ArchiveError(
      'lost',
      `Source quotes of ${ticker} of the hour of ${span.from.toISOString()} are no longer in PostgreSQL ` +
        '(QUOTE_RETENTION), and the raw log does not have them either',
    );
  return { quotes: logged.quotes, log: { firstMs: logged.firstMs } };
}

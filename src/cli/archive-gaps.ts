import type { Command } from 'commander';
import { connectDatabase } from '../db/connect';
import { type MissingMinutes, missingMinutes } from '../db/gaps';
import { joinStack, loadSettings } from '../settings';
import { withExamples } from './examples';

/** Adds `gaps` to `pricehook archive`: the minutes that nothing was published in and that could not be fetched afterwards. */
export function registerArchiveGaps(archive: Command): void {
  const gaps = archive
    .command('gaps')
    .description('list the minutes without a price that could not be fetched from the exchanges afterwards')
    .option('--json', 'print one JSON array')
    .action(async ({ json }: { json?: boolean }) => {
      const missing = await readMissing();
      process.stdout.write(json ? `${JSON.stringify(missing, null, 2)}\n` : described(missing));
    });
  withExamples(gaps, ['pricehook archive gaps', 'pricehook archive gaps --json']);
}

async function readMissing(): Promise<MissingMinutes[]> {
  const { config } = joinStack(loadSettings());
  const db = connectDatabase(config.databaseUrl, { maxConnections: 1, onIdleError: () => {} });
  try {
    return await missingMinutes(db);
  } finally {
    await db.destroy();
  }
}

function described(missing: MissingMinutes[]): string {
  if (missing.length === 0) return 'No minutes are missing.\n';
  const lines = missing.map(({ market, ticker, from, to, minutes, waiting, failure }) => {
    const why = waiting ? 'asked for still' : 'no exchange had them';
    const said = failure === null ? '' : ` (${failure})`;
    return `${market} ${ticker}  ${from.toISOString()} to ${to.toISOString()}  ${minutes} minutes  ${why}${said}`;
  });
  return `${lines.join('\n')}\n`;
}

import type { Command } from 'commander';
import { answerOf, connectApi, warnOfReplay, withApi } from './api/connect';
import { printStream, type WatchFlags } from './api/watch';
import { tickerList, wholeNumber } from './arguments';
import { CommandError } from './command-error';
import { withExamples } from './examples';
import { EXIT } from './exit-codes';
import { jsonText, tableText } from './table';

interface Flags extends WatchFlags {
  ticker?: string[];
  watch?: boolean;
}

/** Adds `pricehook rates`: the prices now, or as they come. */
export function registerRates(program: Command): void {
  const command = program
    .command('rates')
    .description('print the prices of this moment in US dollars, or each one as it comes')
    .option('--ticker <tickers>', 'only these, separated by commas', tickerList)
    .option('--watch', 'go on with the prices that come, until Ctrl-C')
    .option('--count <number>', 'with --watch: end after so many prices', wholeNumber(1, 1_000_000_000));
  withApi(command)
    .option('--json', 'print one JSON object; with --watch a JSON line for each price')
    .action((flags: Flags) => (flags.watch ? watchRates(flags) : printRates(flags)));
  withExamples(command, [
    'pricehook rates',
    'pricehook rates --ticker BTC,ETH --json',
    'pricehook rates --watch --ticker BTC',
  ]);
}

async function printRates(flags: Flags): Promise<void> {
  if (flags.count !== undefined) throw new CommandError('--count is for --watch', EXIT.usage);
  const rates = await ratesOf(flags);
  const wanted = Object.entries(rates).filter(([ticker]) => flags.ticker?.includes(ticker) ?? true);
  const missing = flags.ticker?.filter((ticker) => !(ticker in rates)) ?? [];
  process.stdout.write(
    flags.json ? jsonText(Object.fromEntries(wanted)) : tableText(['TICKER', 'PRICE'], wanted),
  );
  if (missing.length > 0) {
    throw new CommandError(
      `There is no fresh price of ${missing.join(', ')}; there are: ${Object.keys(rates).join(', ')}`,
      EXIT.notFound,
    );
  }
}

async function ratesOf(flags: Flags): Promise<Record<string, number>> {
  const { url, api } = connectApi(flags);
  const { data, response } = await answerOf(url, api.GET('/api/v1/rates/'));
  warnOfReplay(response.headers.get('x-market'));
  return data;
}

async function watchRates(flags: Flags): Promise<void> {
  await printStream(flags, {
    tickers: flags.ticker ?? 'all',
    wants: ({ type }) => type === 'quote',
    line: ({ data }) =>
      tableText(
        ['TIME', 'TICKER', 'PRICE'],
        [[text(data?.quoted_at), text(data?.ticker), text(data?.price)]],
        {
          isTerminal: false,
          colour: false,
        },
      ),
  });
}

const text = (value: unknown) => String(value ?? '');

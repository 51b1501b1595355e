import { once } from 'node:events';
import type { Command } from 'commander';
import { walkStatistics, windowsOf } from '../analysis';
import { candleBounds, type MinuteSpan } from '../db/candles';
import { type Anomaly, Detection } from '../domain/anomaly';
import { rulesFor } from '../domain/anomaly-rules';
import { MINUTE_MS } from '../domain/statistics';
import { AnalysisTable, anomalyAnswer, minuteAnswer } from './analysis-output';
import { timeMs } from './arguments';
import { CommandError } from './command-error';
import { withExamples } from './examples';
import { EXIT } from './exit-codes';
import { type TickerFlags, type TickerWork, withTicker, withTickerData } from './market-data';
import { Patience } from './patience';

interface Flags extends TickerFlags {
  from?: number;
  to?: number;
  json?: boolean;
}

/** Adds `pricehook analyze`, which computes the statistics and anomalies of a span of candles, and stores nothing. */
export function registerAnalyze(program: Command): void {
  const command = withTicker(program.command('analyze'))
    .description('print the statistics and anomalies of stored candles')
    .option(
      '--from <time>',
      'from this time on, such as 2021-05-12 or 2021-05-12T22:00Z; from the first candle',
      timeMs,
    )
    .option('--to <time>', 'until before this time; to the last candle', timeMs)
    .option('--json', 'print one JSON object, with every minute')
    .action((flags: Flags) => withTickerData(flags, (data) => analyze(data, flags)));
  withExamples(command, [
    'pricehook analyze --ticker BTC --from 2021-05-12 --to 2021-05-14',
    'pricehook analyze --ticker BTC --json',
  ]);
}

async function analyze(data: TickerWork, flags: Flags): Promise<void> {
  const span = await spanOf(data, flags);
  const { db, config, ticker } = data;
  const rules = rulesFor(config.anomalies.rules, ticker);
  const windows = [...new Set([...config.statistics.windows, ...windowsOf(rules)])].sort((a, b) => a - b);
  const detection = new Detection({}, { rules, cooldownMs: config.anomalies.cooldownMs });
  const patience = new Patience();
  const table = new AnalysisTable(windows);
  const head = { ticker, from: iso(span.fromMs), to: iso(span.toMs) };
  if (flags.json) await write(`${JSON.stringify(head).slice(0, -1)},"statistics":[`);
  let separator = '\n';
  for await (const minutes of walkStatistics(db, span, windows)) {
    for (const minute of minutes) detection.add(minute);
    if (flags.json) {
      await write(`${separator}${minutes.map((minute) => JSON.stringify(minuteAnswer(minute))).join(',\n')}`);
      separator = ',\n';
    } else {
      for (const minute of minutes) table.add(minute);
    }
    patience.tell(() => `analysed up to ${iso(minutes.at(-1)?.minuteMs as number)}`);
  }
  patience.end();
  const { anomalies } = detection.result();
  if (flags.json) await write(`\n],"anomalies":${anomaliesAsJson(anomalies)}}\n`);
  else await write(`${ticker} (${span.market}) from ${head.from} to ${head.to}\n\n${table.text(anomalies)}`);
}

async function spanOf({ db, market, ticker }: TickerWork, { from, to }: Flags): Promise<MinuteSpan> {
  const bounds =
    from === undefined || to === undefined ? await candleBounds(db, { market, ticker }) : undefined;
  const fromMs = from ?? bounds?.first.getTime();
  const toMs = to ?? (bounds && bounds.last.getTime() + MINUTE_MS);
  if (fromMs === undefined || toMs === undefined)
    throw new CommandError(`There are no candles of ${ticker} in the market ${market}`);
  if (fromMs >= toMs)
    throw new CommandError(`--from is ${iso(fromMs)}; allowed: a time before ${iso(toMs)}`, EXIT.usage);
  return { market, ticker, fromMs, toMs };
}

const anomaliesAsJson = (anomalies: readonly Anomaly[]) =>
  JSON.stringify(anomalies.map(anomalyAnswer), null, 2);

const iso = (timeMs: number) => new Date(timeMs).toISOString();

/** A year of minutes is more than a pipe holds. */
async function write(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

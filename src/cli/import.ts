import type { Command } from 'commander';
import { allWindows, candlesCame, reachMs, refreshAnomalies, refreshStatistics } from '../analysis';
import { addToImport, beginImport, finishImport } from '../db/candle-import';
import { markStale } from '../db/reports';
import { lockForAnalysis } from '../db/statistics';
import { dayOf } from '../domain/day';
import { MINUTE_MS } from '../domain/statistics';
import { readCandleFile } from './candle-file';
import { CommandError } from './command-error';
import { withExamples } from './examples';
import { type TickerFlags, type TickerWork, withTicker, withTickerData } from './market-data';
import { Patience } from './patience';
import { jsonText } from './table';

/** Adds `pricehook import candles`, which fills in the past. */
export function registerImport(program: Command): void {
  const group = program.command('import').description('fill in the past');
  const candles = withTicker(group.command('candles'))
    .description('import one-minute candles with their statistics and anomalies; all of a file, or nothing')
    .argument(
      '<file>',
      'a .csv or .csv.gz file: open_time,open,high,low,close,volume; times in Unix milliseconds',
    )
    .option('--json', 'print one JSON object')
    .action(async (file: string, flags: TickerFlags & { json?: boolean }) => {
      const imported = await withTickerData(flags, (data) => importCandles(file, data));
      process.stdout.write(flags.json ? jsonText(imported) : described(imported));
    });
  withExamples(candles, [
    'pricehook import candles BTCUSDT-1m.csv.gz --ticker BTC',
    'pricehook import candles BTCUSDT-1m.csv --ticker BTC --market replay --json',
  ]);
}

interface Imported {
  ticker: string;
  market: string;
  minutes: number;
  from: string;
  to: string;
  added: number;
  same: number;
  changed: number;
  missing: number;
  anomalies: number;
}

const count = (number: number) => number.toLocaleString('en');

function described({ ticker, market, minutes, from, to, ...counts }: Imported): string {
  return (
    `${ticker} (${market}): ${count(minutes)} minutes from ${from} to ${to}: ` +
    `${count(counts.added)} new, ${count(counts.same)} the same, ${count(counts.changed)} changed\n` +
    `${count(counts.missing)} minutes are missing between them; ${count(counts.anomalies)} anomalies\n`
  );
}

async function importCandles(file: string, { db, config, market, ticker }: TickerWork): Promise<Imported> {
  const patience = new Patience();
  const windows = config.statistics.windows;
  const reach = reachMs(allWindows(config));
  try {
    return await db.transaction().execute(async (trx) => {
      await lockForAnalysis(trx, { market, ticker });
      await beginImport(trx);
      let [firstMs, lastMs, total] = [0, 0, 0];
      for await (const candles of readCandleFile(file)) {
        await addToImport(trx, candles);
        firstMs ||= candles[0]?.minuteMs ?? 0;
        lastMs = candles.at(-1)?.minuteMs ?? 0;
        total += candles.length;
        patience.tell(() => `${count(total)} minutes read`);
      }
      if (total === 0) throw new CommandError(`${file} holds no candles`);
      const { added, same, changed } = await finishImport(trx, { market, ticker });
      // What came after looks back on what has changed.
      const imported = { market, ticker, fromMs: firstMs, toMs: lastMs + MINUTE_MS };
      const span = { ...imported, toMs: imported.toMs + reach };
      await refreshStatistics(trx, span, windows, (minuteMs) =>
        patience.tell(() => `statistics up to ${dayOf(minuteMs)}, of ${dayOf(firstMs)} to ${dayOf(lastMs)}`),
      );
      patience.tell(() => 'anomalies');
      const { anomalies, changedHours } = await refreshAnomalies(trx, span, config.anomalies, Date.now());
      if (added + changed > 0) await candlesCame(trx, imported, reach);
      await markStale(trx, market, changedHours);
      const missing = (lastMs - firstMs) / MINUTE_MS + 1 - total;
      return {
        ...{ ticker, market, minutes: total, from: iso(firstMs), to: iso(lastMs) },
        ...{ added, same, changed, missing, anomalies: anomalies.length },
      };
    });
  } finally {
    patience.end();
  }
}

const iso = (timeMs: number) => new Date(timeMs).toISOString();

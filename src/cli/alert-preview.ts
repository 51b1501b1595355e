import type { Command } from 'commander';
import type { NewAlertPreview } from '../../clients/typescript';
import { type AlertFlags, fieldsOf, withAlertFlags } from './alert-flags';
import { type ApiFlags, answerOf, connectApi, warn, withApi } from './api/connect';
import { timeMs } from './arguments';
import { withExamples } from './examples';
import { jsonText, tableText } from './table';

interface Flags extends ApiFlags, AlertFlags {
  from?: number;
  to?: number;
}

/** Adds `pricehook alerts preview`: when an alert would have fired. */
export function registerAlertPreview(alerts: Command): void {
  const preview = alerts
    .command('preview')
    .description('print when an alert would have fired, had it been made before; nothing is made')
    .argument('<ticker>', 'such as BTC, or two of them such as ETH/BTC')
    .option('--from <time>', 'the first minute; a day before --to if left out', timeMs)
    .option('--to <time>', 'the first minute that is not looked at; now if left out', timeMs);
  withApi(withAlertFlags(preview))
    .option('--json', 'print one JSON object')
    .action(async (ticker: string, flags: Flags, command: Command) => {
      const fields = fieldsOf(flags);
      if (fields?.condition === undefined)
        return command.error('error: --above, --below or --condition is missing');
      const body = { ticker, ...fields, from: iso(flags.from), to: iso(flags.to) } as NewAlertPreview;
      const { url, api } = connectApi(flags);
      const { data } = await answerOf(url, api.POST('/api/v1/alerts/preview', { body }));
      if (data.firings.length === 0) warn('It would not have fired, by the prices that are stored');
      if (data.truncated) warn('These are the first 1,000 firings; there are more');
      const rows = data.firings.map(({ at, price, value, ended_at }) => [at, price, value ?? null, ended_at]);
      process.stdout.write(
        flags.json ? jsonText(data, 2) : tableText(['FIRES AT', 'PRICE', 'VALUE', 'ENDS AT'], rows),
      );
    });
  withExamples(preview, [
    'pricehook alerts preview BTC --metric change_1h --condition gt --threshold 5 --every 1h --from 2026-02-01 --to 2026-03-01',
    'pricehook alerts preview ETH --above 3000 --json',
  ]);
}

const iso = (timeMs: number | undefined) =>
  timeMs === undefined ? undefined : new Date(timeMs).toISOString();

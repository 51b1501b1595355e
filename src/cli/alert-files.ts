import { readFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import type { Alert, ImportedAlert } from '../../clients/typescript';
import { ALERT_STATUSES } from '../domain/alert';
import { type ApiFlags, answerOf, connectApi, warn, withApi } from './api/connect';
import { CommandError } from './command-error';
import { withExamples } from './examples';
import { EXIT } from './exit-codes';
import { jsonText, tableText, terminalOf } from './table';
import { escapeControls } from './terminal-text';

interface ImportFlags extends ApiFlags {
  csv?: boolean;
  dryRun?: boolean;
  idempotencyKey?: string;
}

interface ExportFlags extends ApiFlags {
  csv?: boolean;
  status?: Alert['status'];
}

/** Adds the commands that make alerts of a file, and a file of alerts. */
export function registerAlertFiles(alerts: Command): void {
  registerImport(alerts);
  registerExport(alerts);
}

function registerImport(alerts: Command): void {
  const command = alerts
    .command('import')
    .description('make the alerts of a file, all of them or none')
    .argument('<file>', 'a .json file with a list of alerts, or a .csv file; - reads standard input')
    .option('--csv', 'it is CSV, whatever its name')
    .option('--dry-run', 'only say what would be made')
    .option(
      '--idempotency-key <text>',
      'a name for this request: sent again within 24 hours, it makes no other alerts',
    );
  withApi(command)
    .option('--json', 'print one JSON object')
    .action(async (file: string, flags: ImportFlags) => {
      const isCsv = flags.csv ?? /\.csv$/i.test(file);
      const text = readInput(file);
      const { url, api } = connectApi(flags);
      const { data } = await answerOf(
        url,
        api.POST('/api/v1/alerts/import', {
          params: {
            header: { 'Idempotency-Key': flags.idempotencyKey },
            query: { dry_run: flags.dryRun ? true : undefined },
          },
          headers: { 'Content-Type': isCsv ? 'text/csv' : 'application/json' },
          // As it is: what is wrong with it is for the API to say.
          body: text as unknown as ImportedAlert[],
          bodySerializer: (body: unknown) => body as string,
        }),
      );
      if (flags.json) process.stdout.write(jsonText(data, 2));
      else if ('would_create' in data) {
        const rows = data.alerts.map(({ path, waits_for, paused }) => [
          path,
          waits_for,
          paused ? 'paused' : 'active',
        ]);
        process.stdout.write(tableText(['AT', 'WAITS FOR', 'STATUS'], rows));
      } else process.stdout.write(`Made ${data.created} alert${data.created === 1 ? '' : 's'}\n`);
    });
  withExamples(command, [
    'pricehook alerts import alerts.csv --dry-run',
    'pricehook alerts import alerts.json --json',
  ]);
}

function readInput(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new CommandError(`${file} can't be read: ${(error as Error).message}`, EXIT.usage);
  }
}

function registerExport(alerts: Command): void {
  const command = alerts
    .command('export')
    .description('print your alerts that may still fire, as `alerts import` takes them')
    .addOption(new Option('--status <status>', 'only these').choices(ALERT_STATUSES))
    .addOption(new Option('--csv', 'print CSV').conflicts('json'));
  withApi(command)
    .option('--json', 'print a JSON array, as without --csv')
    .action(async (flags: ExportFlags) => {
      const { url, api } = connectApi(flags);
      const { data, response } = await answerOf(
        url,
        api.GET('/api/v1/alerts/export', {
          params: { query: { format: flags.csv ? 'csv' : 'json', status: flags.status } },
          parseAs: 'text',
        }),
      );
      const left = response.headers.get('headers-left-out');
      if (left !== null) warn(`${left} of them have headers of their own, which are secret and not among it`);
      // Into a file it goes as it is.
      const { isTerminal } = terminalOf(process.stdout);
      process.stdout.write(isTerminal ? escapeControls(data as string) : (data as string));
    });
  withExamples(command, [
    'pricehook alerts export > alerts.json',
    'pricehook alerts export --csv > alerts.csv',
  ]);
}

import { type Command, Option } from 'commander';
import type { Alert } from '../../clients/typescript';
import { ALERT_STATUSES } from '../domain/alert';
import { ONE, registerAlertChanges } from './alert-changes';
import { registerAlertFiles } from './alert-files';
import { type AlertFlags, fieldsOf, withAlertFlags, withWebhook } from './alert-flags';
import { registerAlertPreview } from './alert-preview';
import { registerAlertWatch } from './alert-watch';
import { ALERT_HEADING, alertRow, printAlert } from './alert-words';
import { type ApiFlags, answerOf, connectApi, withApi } from './api/connect';
import { firstOf } from './api/pages';
import { wholeNumber } from './arguments';
import { withExamples } from './examples';
import { jsonText, tableText } from './table';

const LONGEST_PAGE = 1_000;

interface ListFlags extends ApiFlags {
  status?: Alert['status'];
  ticker?: string;
  limit: number;
}

interface NewFlags extends ApiFlags, AlertFlags {
  idempotencyKey?: string;
}

/** Adds `pricehook alerts …`: one's alerts, over the API. */
export function registerAlerts(program: Command): void {
  const alerts = program.command('alerts').description('see, make, watch and delete your alerts');
  registerList(alerts);
  const show = withApi(alerts.command('show').description('print one alert').argument('<id>', 'its id'));
  show.option('--json', ONE).action(async (id: string, flags: ApiFlags) => {
    const { url, api } = connectApi(flags);
    printAlert(
      (await answerOf(url, api.GET('/api/v1/alerts/{id}', { params: { path: { id } } }))).data,
      flags,
    );
  });
  withExamples(show, ['pricehook alerts show 0b1f9a3c-6f0e-4d55-9f0e-3a7c4f4c2d11']);
  registerCreate(alerts);
  registerAlertChanges(alerts);
  registerAlertPreview(alerts);
  registerAlertFiles(alerts);
  registerAlertWatch(alerts);
  registerDelete(alerts);
}

function registerList(alerts: Command): void {
  const list = alerts
    .command('list')
    .description('print your alerts, the newest first')
    .addOption(new Option('--status <status>', 'only these').choices(ALERT_STATUSES))
    .option('--ticker <ticker>', 'only those of this ticker')
    .option('--limit <number>', 'how many at most', wholeNumber(1, 100_000), LONGEST_PAGE);
  withApi(list)
    .option('--json', 'print one JSON array')
    .action(async (flags: ListFlags) => {
      const { url, api } = connectApi(flags);
      const { status, ticker } = flags;
      const all = await firstOf(flags.limit, LONGEST_PAGE, (page) =>
        answerOf(url, api.GET('/api/v1/alerts/', { params: { query: { ...page, status, ticker } } })),
      );
      process.stdout.write(flags.json ? jsonText(all, 2) : tableText(ALERT_HEADING, all.map(alertRow)));
    });
  withExamples(list, ['pricehook alerts list', 'pricehook alerts list --status active --ticker BTC --json']);
}

function registerCreate(alerts: Command): void {
  const create = alerts
    .command('create')
    .description('make an alert: your webhook is called when what it waits for comes true')
    .argument('<ticker>', 'such as BTC; of --metric ratio two of them, such as ETH/BTC');
  withWebhook(withAlertFlags(create), true).option(
    '--idempotency-key <text>',
    'a name for this request: sent again within 24 hours, it makes no other alert',
  );
  withApi(create)
    .option('--json', ONE)
    .action(async (ticker: string, flags: NewFlags, command: Command) => {
      const fields = fieldsOf(flags);
      if (fields.condition === undefined)
        return command.error('error: --above, --below or --condition is missing');
      const { url, api } = connectApi(flags);
      const { data } = await answerOf(
        url,
        api.POST('/api/v1/alerts/', {
          params: { header: { 'Idempotency-Key': flags.idempotencyKey } },
          body: { ticker, ...fields, condition: fields.condition },
        }),
      );
      printAlert(data, flags);
    });
  withExamples(create, [
    'pricehook alerts create BTC --above 65420.15 --webhook https://example.com/hooks/prices',
    'pricehook alerts create DOGE --below 0.1 --webhook http://localhost:9000/ --json',
    'pricehook alerts create ETH --metric change_1h --condition gt --threshold 5 --for 5m --every 1h --rearm 1 --webhook https://example.com/hooks/prices',
    'pricehook alerts create ETH/BTC --metric ratio --condition leaves --range 0.02,0.08 --hours 09:00-17:30 --time-zone Europe/Berlin --webhook https://example.com/hooks/prices',
    "pricehook alerts create SOL --condition crosses_above --threshold 200 --format slack --note 'Take some profit' --webhook https://hooks.slack.com/services/T/B/x",
  ]);
}

function registerDelete(alerts: Command): void {
  const remove = alerts
    .command('delete')
    .description('delete alerts; none of their webhooks is begun after that')
    .argument('<ids...>', 'their ids');
  withApi(remove)
    .option('--json', 'print a JSON line for each that was deleted')
    .action(async (ids: string[], flags: ApiFlags) => {
      const { url, api } = connectApi(flags);
      for (const id of ids) {
        await answerOf(url, api.DELETE('/api/v1/alerts/{id}', { params: { path: { id } } }));
        process.stdout.write(flags.json ? jsonText({ deleted: id }) : `Deleted ${id}\n`);
      }
    });
  withExamples(remove, ['pricehook alerts delete 0b1f9a3c-6f0e-4d55-9f0e-3a7c4f4c2d11']);
}

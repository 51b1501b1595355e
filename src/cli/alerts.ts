import { type Command, Option } from 'commander';
import type { Alert } from '../../clients/typescript';
import { registerAlertWatch } from './alert-watch';
import { type ApiFlags, answerOf, connectApi, withApi } from './api/connect';
import { firstOf } from './api/pages';
import { priceText, webUrl, wholeNumber } from './arguments';
import { withExamples } from './examples';
import { factsText, jsonText, tableText } from './table';

const LONGEST_PAGE = 1_000;
const ONE = 'print one JSON object';

interface ListFlags extends ApiFlags {
  status?: Alert['status'];
  ticker?: string;
  limit: number;
}

interface NewFlags extends ApiFlags {
  above?: string;
  below?: string;
  webhook: string;
  idempotencyKey?: string;
}

/** Adds `pricehook alerts …`: one's alerts, over the API. */
export function registerAlerts(program: Command): void {
  const alerts = program.command('alerts').description('see, make, watch and delete your alerts');
  registerList(alerts);
  const show = withApi(alerts.command('show').description('print one alert').argument('<id>', 'its id'));
  show.option('--json', ONE).action(async (id: string, flags: ApiFlags) => {
    const { url, api } = connectApi(flags);
    print((await answerOf(url, api.GET('/api/v1/alerts/{id}', { params: { path: { id } } }))).data, flags);
  });
  withExamples(show, ['pricehook alerts show 0b1f9a3c-6f0e-4d55-9f0e-3a7c4f4c2d11']);
  registerCreate(alerts);
  registerChange(alerts, 'pause', 'have an alert watch no prices until it is resumed', true);
  registerChange(alerts, 'resume', 'have a paused alert watch prices again, from the next one on', false);
  registerAlertWatch(alerts);
  registerDelete(alerts);
}

function registerList(alerts: Command): void {
  const list = alerts
    .command('list')
    .description('print your alerts, the newest first')
    .addOption(new Option('--status <status>', 'only these').choices(['active', 'paused', 'fired']))
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
      process.stdout.write(flags.json ? jsonText(all, 2) : tableText(HEADING, all.map(row)));
    });
  withExamples(list, ['pricehook alerts list', 'pricehook alerts list --status active --ticker BTC --json']);
}

function registerCreate(alerts: Command): void {
  const create = alerts
    .command('create')
    .description('draw a line: your webhook is called once when the price crosses it')
    .argument('<ticker>', 'such as BTC')
    .addOption(
      new Option('--above <price>', 'fires when the price is above this, in US dollars')
        .argParser(priceText)
        .conflicts('below'),
    )
    .option('--below <price>', 'fires when the price is below this', priceText)
    .requiredOption('--webhook <url>', 'where the webhook is sent', webUrl)
    .option(
      '--idempotency-key <text>',
      'a name for this request: sent again within 24 hours, it makes no other alert',
    );
  withApi(create)
    .option('--json', ONE)
    .action(async (ticker: string, flags: NewFlags, command: Command) => {
      const { above, below, webhook, idempotencyKey } = flags;
      const target_price = above ?? below;
      if (target_price === undefined) return command.error('error: --above or --below is missing');
      const { url, api } = connectApi(flags);
      const { data } = await answerOf(
        url,
        api.POST('/api/v1/alerts/', {
          params: { header: { 'Idempotency-Key': idempotencyKey } },
          body: { ticker, target_price, condition: above === undefined ? 'lt' : 'gt', webhook_url: webhook },
        }),
      );
      print(data, flags);
    });
  withExamples(create, [
    'pricehook alerts create BTC --above 65420.15 --webhook https://example.com/hooks/prices',
    'pricehook alerts create DOGE --below 0.1 --webhook http://localhost:9000/ --json',
  ]);
}

function registerChange(alerts: Command, name: string, description: string, paused: boolean): void {
  const change = withApi(alerts.command(name).description(description).argument('<id>', "the alert's id"));
  change.option('--json', ONE).action(async (id: string, flags: ApiFlags) => {
    const { url, api } = connectApi(flags);
    const call = api.PATCH('/api/v1/alerts/{id}', { params: { path: { id } }, body: { paused } });
    print((await answerOf(url, call)).data, flags);
  });
  withExamples(change, [`pricehook alerts ${name} 0b1f9a3c-6f0e-4d55-9f0e-3a7c4f4c2d11`]);
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

const HEADING = ['ID', 'TICKER', 'LINE', 'STATUS', 'CREATED', 'TRIGGERED', 'AT PRICE', 'WEBHOOK'];

const row = (alert: Alert) => [
  ...[alert.id, alert.ticker, lineOf(alert), alert.status, alert.created_at],
  ...[alert.triggered_at, alert.triggered_price, alert.webhook_url],
];

const lineOf = ({ condition, target_price }: Alert) => `${condition === 'gt' ? '>' : '<'} ${target_price}`;

function print(alert: Alert, { json }: ApiFlags): void {
  const facts = HEADING.map((name, index) => [name.toLowerCase(), row(alert)[index] ?? null] as const);
  process.stdout.write(json ? jsonText(alert, 2) : factsText(facts));
}

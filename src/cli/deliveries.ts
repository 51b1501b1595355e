import { type Command, Option } from 'commander';
import type { DeliveryDetails, Pricehook } from '../../clients/typescript';
import { type ApiFlags, answerOf, connectApi, withApi } from './api/connect';
import { firstOf } from './api/pages';
import { timeMs, wholeNumber } from './arguments';
import { withExamples } from './examples';
import { factsText, jsonText, tableText } from './table';

const LONGEST_PAGE = 100;
const STATUSES = ['pending', 'delivered', 'failed', 'cancelled', 'skipped'] as const;
const AN_ID = 'msg_7d27375575984d13a6e9bd94bb83712b';

interface ListFlags extends ApiFlags {
  status?: DeliveryDetails['status'];
  since?: number;
  until?: number;
  limit: number;
}

/** Adds `pricehook deliveries …`: what became of one's webhooks, and what one can do about it. */
export function registerDeliveries(program: Command): void {
  const group = program
    .command('deliveries')
    .description('see what became of your webhooks, and deliver them again');
  registerList(group);
  const actions: [name: string, description: string, call: (api: Pricehook, id: string) => Call][] = [
    [
      'show',
      'print one delivery with all that is known of its attempts',
      (api, id) => api.GET('/api/v1/deliveries/{id}', at(id)),
    ],
    [
      'redeliver',
      'have a delivery that is over made again, all of it',
      (api, id) => api.POST('/api/v1/deliveries/{id}/redeliver', at(id)),
    ],
    [
      'retry-now',
      'have the next attempt of a pending delivery made now',
      (api, id) => api.POST('/api/v1/deliveries/{id}/retry-now', at(id)),
    ],
    [
      'cancel',
      'have no more attempts of a pending delivery made',
      (api, id) => api.POST('/api/v1/deliveries/{id}/cancel', at(id)),
    ],
  ];
  for (const [name, description, call] of actions) {
    const command = group
      .command(name)
      .description(description)
      .argument('<id>', 'its id, the webhook-id: msg_…');
    withApi(command)
      .option('--json', 'print one JSON object')
      .action(async (id: string, flags: ApiFlags) => {
        const { url, api } = connectApi(flags);
        const { data } = await answerOf(url, call(api, id));
        process.stdout.write(flags.json ? jsonText(data, 2) : describe(data));
      });
    withExamples(command, [
      `pricehook deliveries ${name} ${AN_ID}`,
      `pricehook deliveries ${name} ${AN_ID} --json`,
    ]);
  }
}

type Call = Promise<{ data?: DeliveryDetails; error?: unknown; response: Response }>;
const at = (id: string) => ({ params: { path: { id } } });

function registerList(group: Command): void {
  const list = group
    .command('list')
    .description('print your deliveries, the newest first')
    .addOption(new Option('--status <status>', 'only these').choices(STATUSES))
    .option('--since <time>', 'only those from this time on, such as 2026-11-21T03:00Z (UTC)', timeMs)
    .option('--until <time>', 'only those before this time', timeMs)
    .option('--limit <number>', 'how many at most', wholeNumber(1, 100_000), LONGEST_PAGE);
  withApi(list)
    .option('--json', 'print one JSON array, with all that is known of the attempts')
    .action(async ({ limit, ...flags }: ListFlags) => {
      const { url, api } = connectApi(flags);
      const filter = { status: flags.status, since: iso(flags.since), until: iso(flags.until) };
      const all = await firstOf(limit, LONGEST_PAGE, (page) =>
        answerOf(url, api.GET('/api/v1/deliveries', { params: { query: { ...page, ...filter } } })),
      );
      process.stdout.write(flags.json ? jsonText(all, 2) : tableText(HEADING, all.map(row)));
    });
  withExamples(list, [
    'pricehook deliveries list --status failed',
    'pricehook deliveries list --since 2026-11-21T03:00Z --limit 500 --json',
  ]);
}

const HEADING = ['ID', 'TYPE', 'STATUS', 'CREATED', 'ATTEMPTS', 'LAST', 'NEXT', 'WEBHOOK'];

function row(delivery: DeliveryDetails) {
  const last = delivery.attempts.at(-1);
  return [
    ...[delivery.id, delivery.type, delivery.status, delivery.created_at],
    ...[last?.number ?? 0, last ? outcomeOf(last) : null, delivery.next_attempt_at, delivery.webhook_url],
  ];
}

function describe(delivery: DeliveryDetails): string {
  const { id, type, alert_id, status, created_at, delivered_at, next_attempt_at, webhook_url } = delivery;
  const facts = factsText([
    ...([
      ['id', id],
      ['type', type],
      ['alert', alert_id],
      ['status', status],
    ] as const),
    ...([
      ['created', created_at],
      ['delivered', delivered_at],
      ['next attempt', next_attempt_at],
    ] as const),
    ...([
      ['webhook', webhook_url],
      ['payload', delivery.payload],
      ['workflow', delivery.workflow_url],
    ] as const),
  ]);
  const attempts = delivery.attempts.map((attempt) => [
    ...[attempt.number, attempt.started_at, attempt.outcome, attempt.status_code],
    ...[attempt.duration_ms, attempt.cause, attempt.error ?? attempt.response_body],
  ]);
  const heading = ['#', 'STARTED', 'OUTCOME', 'STATUS', 'MS', 'CAUSE', 'WHAT WAS SAID'];
  return attempts.length === 0 ? facts : `${facts}\n${tableText(heading, attempts)}`;
}

const outcomeOf = ({ outcome, status_code }: DeliveryDetails['attempts'][number]) =>
  status_code === null ? outcome : `${outcome} ${status_code}`;

const iso = (timeMs: number | undefined) =>
  timeMs === undefined ? undefined : new Date(timeMs).toISOString();

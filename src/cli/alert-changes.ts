import { type Command, InvalidArgumentError } from 'commander';
import type { AlertChange, NewAlert } from '../../clients/typescript';
import { type AlertFlags, fieldsOf, moment, withAlertFlags, withWebhook } from './alert-flags';
import { printAlert } from './alert-words';
import { type ApiFlags, answerOf, connectApi, withApi } from './api/connect';
import { withExamples } from './examples';

const AN_ID = '0b1f9a3c-6f0e-4d55-9f0e-3a7c4f4c2d11';
export const ONE = 'print one JSON object';

/** What an alert need not have. */
const REMOVABLE = [
  ...['metric', 'range', 'for', 'repeat', 'active_hours', 'expires_at', 'snoozed_until'],
  ...['note', 'labels', 'events', 'message', 'headers'],
];

type Changing = ApiFlags & AlertFlags & { remove?: string[] };

/** Adds the commands that change an alert. */
export function registerAlertChanges(alerts: Command): void {
  registerChange(alerts);
  registerSnooze(alerts);
  registerPause(alerts, 'pause', 'have an alert watch no prices until it is resumed', true);
  registerPause(alerts, 'resume', 'have a paused alert watch prices again, from the next one on', false);
}

function registerChange(alerts: Command): void {
  const change = alerts
    .command('change')
    .description('change an alert that may still fire; what is not named stays as it is')
    .argument('<id>', "the alert's id");
  withWebhook(withAlertFlags(change), false).option(
    '--remove <fields>',
    `takes away what it need not have: ${REMOVABLE.join(', ')}; separated by commas`,
    removed,
  );
  withApi(change)
    .option('--json', ONE)
    .action(async (id: string, flags: Changing, command: Command) => {
      const { url, api } = connectApi(flags);
      const params = { path: { id } };
      const before = (await answerOf(url, api.GET('/api/v1/alerts/{id}', { params }))).data;
      const gone = flags.remove ?? [];
      const kept = Object.fromEntries(Object.entries(before).filter(([name]) => !gone.includes(name)));
      const removals = Object.fromEntries(gone.map((name) => [name, null]));
      const body: AlertChange = { ...removals, ...fieldsOf(flags, kept as Partial<NewAlert>) };
      if (Object.keys(body).length === 0)
        return command.error('error: name something to change, such as --note');
      printAlert((await answerOf(url, api.PATCH('/api/v1/alerts/{id}', { params, body }))).data, flags);
    });
  withExamples(change, [
    `pricehook alerts change ${AN_ID} --above 66000`,
    `pricehook alerts change ${AN_ID} --every 1h --note 'Take some profit' --remove expires_at`,
  ]);
}

function removed(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.every((name) => REMOVABLE.includes(name))) return names;
  throw new InvalidArgumentError(`Allowed: ${REMOVABLE.join(', ')}, separated by commas.`);
}

function registerSnooze(alerts: Command): void {
  const snooze = alerts
    .command('snooze')
    .description('have an alert watch on, but not fire for a while')
    .argument('<id>', "the alert's id")
    .argument('<until>', 'a duration such as 2h, a time, or off', (text) =>
      text === 'off' ? null : moment(text),
    );
  withApi(snooze)
    .option('--json', ONE)
    .action(async (id: string, snoozed_until: string | null, flags: ApiFlags) => {
      const { url, api } = connectApi(flags);
      const call = api.PATCH('/api/v1/alerts/{id}', { params: { path: { id } }, body: { snoozed_until } });
      printAlert((await answerOf(url, call)).data, flags);
    });
  withExamples(snooze, [`pricehook alerts snooze ${AN_ID} 2h`, `pricehook alerts snooze ${AN_ID} off`]);
}

function registerPause(alerts: Command, name: string, description: string, paused: boolean): void {
  const change = withApi(alerts.command(name).description(description).argument('<id>', "the alert's id"));
  change.option('--json', ONE).action(async (id: string, flags: ApiFlags) => {
    const { url, api } = connectApi(flags);
    const call = api.PATCH('/api/v1/alerts/{id}', { params: { path: { id } }, body: { paused } });
    printAlert((await answerOf(url, call)).data, flags);
  });
  withExamples(change, [`pricehook alerts ${name} ${AN_ID}`]);
}

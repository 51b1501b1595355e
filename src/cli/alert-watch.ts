import { type Command, Option } from 'commander';
import type { Alert } from '../../clients/typescript';
import { waitsFor } from './alert-words';
import { withApi } from './api/connect';
import type { StreamMessage } from './api/stream';
import { printStream, type WatchFlags } from './api/watch';
import { wholeNumber } from './arguments';
import { withExamples } from './examples';
import { escapeControls } from './terminal-text';

interface Flags extends WatchFlags {
  only?: 'alerts' | 'deliveries';
}

const HELP = `
A stream that breaks is begun again, and what happened meanwhile is told then. To go on after an end, give --resume the id of
the last event that --json printed; events are kept for 24 hours.`;

/** Adds `pricehook alerts watch`: what becomes of one's alerts and deliveries, as it happens. */
export function registerAlertWatch(alerts: Command): void {
  const watch = alerts
    .command('watch')
    .description('print what becomes of your alerts and their deliveries, as it happens, until Ctrl-C')
    .argument('[ids...]', 'only of these alerts')
    .addOption(new Option('--only <what>', 'only events of these').choices(['alerts', 'deliveries']))
    .option('--count <number>', 'end after so many events', wholeNumber(1, 1_000_000_000))
    .option('--resume <event>', 'begin with the events after this one');
  withApi(watch)
    .option('--json', 'print a JSON line for each event, as the stream has it')
    .addHelpText('after', HELP)
    .action(async (ids: string[], flags: Flags) => {
      await printStream(flags, { wants: (message) => isWanted(message, ids, flags.only), line });
    });
  withExamples(watch, [
    'pricehook alerts watch',
    'pricehook alerts watch --only deliveries --json',
    'pricehook alerts watch 0b1f9a3c-6f0e-4d55-9f0e-3a7c4f4c2d11 --count 1',
  ]);
}

function isWanted({ type, data }: StreamMessage, ids: readonly string[], only: Flags['only']): boolean {
  const isAlert = type.startsWith('alert.');
  if (!isAlert && !type.startsWith('delivery.')) return false;
  if (only !== undefined && (only === 'alerts') !== isAlert) return false;
  return ids.length === 0 || ids.includes(String(isAlert ? data?.id : data?.alert_id));
}

function line({ type, at, data = {} }: StreamMessage): string {
  const told = type.startsWith('alert.') ? alertWords(data) : deliveryWords(data);
  return `${escapeControls(`${at}  ${type}  ${told}`.replaceAll('\n', ' '))}\n`;
}

function alertWords(data: Record<string, unknown>): string {
  const { id, ticker, triggered_price } = data;
  const price = triggered_price === null || triggered_price === undefined ? '' : `, at ${triggered_price}`;
  return `${id}  ${ticker} ${waitsFor(data as unknown as Alert)}${price}`;
}

function deliveryWords({ id, alert_id, attempt, next_attempt_at }: Record<string, unknown>): string {
  const { number, status_code, error } = (attempt ?? {}) as Record<string, unknown>;
  const parts = [
    ...[String(id), alert_id && `of ${alert_id}`],
    number && `attempt ${number}${status_code ? ` answered ${status_code}` : ''}`,
    ...[error, next_attempt_at && `next at ${next_attempt_at}`],
  ];
  return parts.filter(Boolean).join('  ');
}

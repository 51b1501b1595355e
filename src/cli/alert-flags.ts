import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { NewAlert } from '../../clients/typescript';
import { readDuration } from '../config-fields';
import { WEEKDAYS, type Weekday } from '../domain/active-hours';
import { ALERT_EVENTS, type AlertEvent } from '../domain/alert';
import { MESSAGE_FORMATS, type MessageFormat } from '../domain/message';
import { METRIC_NAMES, type Metric } from '../domain/metrics';
import { RULE_CONDITIONS, type RuleCondition } from '../domain/rule';
import { priceText, timeMs, webUrl, wholeNumber } from './arguments';
import { readHeaders } from './header-file';

/** What the options say of an alert. */
export interface AlertFlags {
  above?: string;
  below?: string;
  metric?: Metric;
  condition?: RuleCondition;
  threshold?: number;
  range?: [number, number];
  for?: string;
  every?: string;
  maxFirings?: number;
  rearm?: number;
  rebase?: boolean;
  hours?: { from: string; to: string };
  days?: Weekday[];
  timeZone?: string;
  expires?: string;
  snooze?: string;
  note?: string;
  label?: Record<string, string>;
  event?: (AlertEvent | 'none')[];
  format?: MessageFormat;
  template?: string;
  chat?: string;
  header?: Record<string, string>;
  webhook?: string[];
}

/** Adds an option for each field of an alert, but for the webhook's. */
export function withAlertFlags(command: Command): Command {
  return command
    .addOption(
      new Option('--above <price>', 'fires when the price is above this, in US dollars')
        .argParser(priceText)
        .conflicts(['below', 'condition', 'threshold', 'range']),
    )
    .addOption(
      new Option('--below <price>', 'fires when the price is below this')
        .argParser(priceText)
        .conflicts(['condition', 'threshold', 'range']),
    )
    .addOption(
      new Option('--metric <metric>', 'what the threshold is on; the price if left out').choices(
        METRIC_NAMES,
      ),
    )
    .addOption(new Option('--condition <condition>', 'when it fires').choices(RULE_CONDITIONS))
    .option('--threshold <number>', 'of the condition, in the unit of the metric', number)
    .option('--range <low,high>', 'of enters and leaves: instead of a threshold', range)
    .option('--for <duration>', 'how long it must hold before it fires, such as 5m')
    .option('--every <duration>', 'goes on after it has fired, and fires again so much later at the soonest')
    .option('--max-firings <number>', 'of --every: ends after so many', wholeNumber(1, 10_000))
    .option('--rearm <number>', 'of --every: how far the metric must go back before it fires again', number)
    .option('--rebase', 'of --every: a change counts anew from the price at which it fired')
    .option(
      '--hours <from-to>',
      'fires within these hours only, such as 09:00-17:30; needs --time-zone',
      hours,
    )
    .option('--days <days>', `of --hours: the days on which they begin, such as mon,fri`, days)
    .option('--time-zone <zone>', 'of --hours, such as Europe/Berlin')
    .option(
      '--expires <when>',
      'never fires from then on: a time, or a duration from now, such as 7d',
      moment,
    )
    .option('--snooze <when>', 'does not fire before: a time, or a duration from now', moment)
    .option('--note <text>', 'for you; the webhook brings it along')
    .option('--label <name=value>', 'for your programs; the webhook brings it along; may be repeated', label)
    .addOption(
      new Option('--event <event>', 'what else is told; may be repeated; none: nothing').argParser(event),
    )
    .addOption(new Option('--format <format>', 'what messages are made for').choices(MESSAGE_FORMATS))
    .option('--template <text>', 'a Mustache template of the message')
    .option('--chat <id>', 'of --format telegram: the number of the chat, or its @name')
    .option(
      '--header <header>',
      "'Name: value', sent with every message; @file reads a file of such lines, which keeps secrets out of the shell's history; may be repeated",
      header,
    );
}

/** Adds the option of where its messages are sent. */
export function withWebhook(command: Command, isMandatory: boolean): Command {
  const option = new Option(
    '--webhook <url>',
    'where the webhook is sent; may be repeated, up to five',
  ).argParser((text, earlier: string[] = []) => [...earlier, webUrl(text)]);
  return command.addOption(isMandatory ? option.makeOptionMandatory() : option);
}

/** The fields of an alert that are there already, of which options may change a part. */
type Before = Partial<Pick<NewAlert, 'active_hours' | 'labels' | 'message' | 'repeat'>>;

/**
 * The fields that the options name, as the API takes them.
 * @param before whose fields within others stay as they are where no option names them
 */
export function fieldsOf(flags: AlertFlags, before: Before = {}): Partial<NewAlert> {
  const price = flags.above ?? flags.below;
  const { every, maxFirings: max_firings, rearm, rebase, hours, days, timeZone: time_zone } = flags;
  const { format, template, chat: chat_id, webhook, event } = flags;
  const repeat = given({ every, max_firings, rearm, rebase });
  const activeHours = given({ ...hours, days, time_zone });
  const message = given({ format, template, chat_id });
  const earlier = typeof before.repeat === 'object' ? before.repeat : {};
  const fields = given({
    ...(price !== undefined && {
      target_price: price,
      condition: flags.above === undefined ? ('lt' as const) : ('gt' as const),
    }),
    ...given({
      metric: flags.metric,
      condition: flags.condition,
      threshold: flags.threshold,
      range: flags.range,
    }),
    for: flags.for,
    // What is missing in them is for the API to say.
    repeat: repeat && ({ ...earlier, ...repeat } as NewAlert['repeat']),
    active_hours: activeHours && ({ ...before.active_hours, ...activeHours } as NewAlert['active_hours']),
    expires_at: flags.expires,
    snoozed_until: flags.snooze,
    note: flags.note,
    labels: flags.label && { ...before.labels, ...flags.label },
    events: event?.filter((name) => name !== 'none'),
    message: message && ({ ...before.message, ...message } as NewAlert['message']),
    headers: flags.header,
    ...(webhook !== undefined &&
      (webhook.length > 1 ? { webhook_urls: webhook } : { webhook_url: webhook[0] })),
  });
  return (fields ?? {}) as Partial<NewAlert>;
}

/** What is there of these; undefined where nothing is. */
function given<T extends object>(fields: T): Partial<T> | undefined {
  const there = Object.entries(fields).filter(([, value]) => value !== undefined);
  return there.length === 0 ? undefined : (Object.fromEntries(there) as Partial<T>);
}

/**
 * Reads a time, or a duration from now, as a time.
 * @throws InvalidArgumentError
 */
export function moment(text: string): string {
  const durationMs = readDuration(text);
  try {
    return new Date(Number.isNaN(durationMs) ? timeMs(text) : Date.now() + durationMs).toISOString();
  } catch {
    throw new InvalidArgumentError(
      'Allowed: a time such as 2026-03-01T12:00Z, or a duration such as 2h or 7d.',
    );
  }
}

function number(text: string): number {
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (Number.isFinite(value)) return value;
  throw new InvalidArgumentError('Allowed: a number, such as 5 or -2.5.');
}

function range(text: string): [number, number] {
  const [low, high, ...more] = text.split(',');
  if (low !== undefined && high !== undefined && more.length === 0) return [number(low), number(high)];
  throw new InvalidArgumentError('Allowed: two numbers, the lower one first, such as 60000,65000.');
}

function hours(text: string): { from: string; to: string } {
  const [, from, to] = /^(\d\d:\d\d)-(\d\d:\d\d)$/.exec(text) ?? [];
  if (from !== undefined && to !== undefined) return { from, to };
  throw new InvalidArgumentError('Allowed: two times of the day, such as 09:00-17:30.');
}

function days(text: string): Weekday[] {
  const names = text.toLowerCase().split(',');
  if (names.every((name) => (WEEKDAYS as readonly string[]).includes(name))) return names as Weekday[];
  throw new InvalidArgumentError(`Allowed: ${WEEKDAYS.join(', ')}, separated by commas.`);
}

function label(text: string, earlier: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf('=');
  if (at > 0) return { ...earlier, [text.slice(0, at)]: text.slice(at + 1) };
  throw new InvalidArgumentError('Allowed: a name, =, and a text, such as desk=spot.');
}

function event(text: string, earlier: (AlertEvent | 'none')[] = []): (AlertEvent | 'none')[] {
  const known = [...ALERT_EVENTS, 'none'] as const;
  const found = known.find((name) => name === text);
  if (found !== undefined) return [...earlier, found];
  throw new InvalidArgumentError(`Allowed: ${known.join(', ')}.`);
}

/** No message repeats a header, whose value may be a secret. */
function header(text: string, earlier: Record<string, string> = {}): Record<string, string> {
  const found = readHeaders(text.startsWith('@') ? headerFile(text.slice(1)) : text);
  if (Object.keys(found).length > 0) return { ...earlier, ...found };
  throw new InvalidArgumentError("Allowed: a header such as 'X-Environment: test', or @ and a file of them.");
}

function headerFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new InvalidArgumentError(`${file} can't be read: ${(error as Error).message}`);
  }
}

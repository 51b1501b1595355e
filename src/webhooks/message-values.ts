/** What a message tells: the JSON object that is sent where an alert has no message of its own. */
export type MessageData = Readonly<Record<string, unknown>>;

/** What a template may name beside `labels.<name>`, and what it stands for. Another variable is another row. */
export const VARIABLES = {
  text: 'The usual text, as Slack, Discord and Telegram get it without a template',
  type: 'What happened: `alert.triggered`, `alert.recovered`, `alert.expired`, `alert.suspended` or `alert.resumed`',
  timestamp: 'When the message was made',
  alert_id: 'The alert’s id',
  ticker: 'The ticker, or two of them, such as `ETH/BTC`',
  metric: 'What the threshold is on, such as `price` or `change_1h`',
  condition: '`gt`, `lt`, `crosses_above`, `crosses_below`, `enters` or `leaves`',
  threshold: 'The threshold, in the metric’s unit; nothing where it is a range',
  lower: 'The lower end of a range',
  upper: 'The upper end of a range',
  target_price: 'The threshold, where it is one on the price',
  value: 'The metric’s value',
  price: 'The price at which it happened',
  triggered_price: 'The same, of the firing',
  triggered_at: 'When it fired',
  ended_at: 'When the condition ended',
  expires_at: 'When the alert expires',
  firing_number: 'The how-manieth firing it is, from 1',
  note: 'The alert’s note',
  late: '`true` where the price was found after a gap only',
  simulated: '`true` on the replay market',
} as const satisfies Record<string, string>;

const LABEL = /^labels\.[A-Za-z0-9._-]{1,64}$/;

/** Whether a template may name it. */
export function isVariable(name: string): boolean {
  return Object.hasOwn(VARIABLES, name) || LABEL.test(name);
}

/**
 * What a variable but for `text` stands for in a message: a text (numbers as JSON writes them), true or false; undefined where the
 * message says nothing of it. Never a list or an object, over which a template could multiply.
 */
export function variableOf(data: MessageData, name: string): string | boolean | undefined {
  if (LABEL.test(name)) return scalar(fieldOf(data.labels, name.slice('labels.'.length)));
  if (!Object.hasOwn(VARIABLES, name)) return undefined;
  const given = scalar(fieldOf(data, name));
  return given ?? scalar(derived(data, name));
}

/** A finite number, or a decimal text of one; undefined for everything else. */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** The one number, or the two ends of the range, that a message is about; none where it does not say. */
export function boundsOf({ range, threshold, target_price }: MessageData): number[] {
  const given = Array.isArray(range) ? range : [threshold ?? target_price];
  return given.slice(0, 2).flatMap((bound) => numberOf(bound) ?? []);
}

function derived(data: MessageData, name: string): unknown {
  const bounds = boundsOf(data);
  const single = bounds.length === 1 ? bounds[0] : undefined;
  const isPrice = (data.metric ?? 'price') === 'price';
  switch (name) {
    case 'metric':
      return 'price';
    case 'threshold':
      return single;
    case 'target_price':
      return isPrice ? single : undefined;
    case 'lower':
      return bounds.length === 2 ? bounds[0] : undefined;
    case 'upper':
      return bounds[1];
    case 'price':
      return data.triggered_price ?? (isPrice ? data.value : undefined);
    case 'value':
      return isPrice ? (data.price ?? data.triggered_price) : undefined;
    default:
      return undefined;
  }
}

function fieldOf(object: unknown, name: string): unknown {
  const isThere = typeof object === 'object' && object !== null && Object.hasOwn(object, name);
  return isThere ? (object as Record<string, unknown>)[name] : undefined;
}

function scalar(value: unknown): string | boolean | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : undefined;
  return typeof value === 'string' || typeof value === 'boolean' ? value : undefined;
}

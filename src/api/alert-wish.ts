import { WEEKDAYS } from '../domain/active-hours';
import type { AlertEvent } from '../domain/alert';
import type { MessageForm } from '../domain/message';
import { definitionOf, pairOf } from '../domain/metrics';
import { PriceError, toDecimal } from '../domain/price';
import { RANGE_CONDITIONS, type Rule, type RuleCondition } from '../domain/rule';
import type { AlertInput } from './alert-body';

/** What is wrong with an alert whose fields are each as they should be. */
export interface Problem {
  path: string;
  message: string;
}

/** What an alert is to be. */
export interface AlertWish {
  ticker: string;
  condition: RuleCondition;
  /** As `toDecimal` writes it; null where the threshold is none on the price. */
  targetPrice: string | null;
  /** Null: a plain alert, which waits for one price and fires once. */
  rule: Rule | null;
  /** The same for alerts that wait for the same; null for plain ones. */
  ruleKey: string | null;
  webhookUrl: string;
  moreUrls: string[];
  message: MessageForm | null;
  /** As they are sent. */
  headers: Record<string, string> | null;
  note: string | null;
  labels: Record<string, string> | null;
  events: AlertEvent[];
  expiresAt: Date | null;
  snoozedUntil: Date | null;
}

/** What an alert with a rule is to be. */
export interface RuleWish extends AlertWish {
  rule: Rule;
  ruleKey: string;
}

/** What is told of alerts with a rule whose owner does not say. */
const USUAL_EVENTS: AlertEvent[] = ['expired', 'suspended'];

const NO_PRICE = 'Must be a positive number, or a decimal string such as "65420.15"';

/**
 * What the fields of an alert must be to each other, and are not; none where all is well.
 * @param wrong fields that are wrong by themselves: of what they mean for others nothing is said
 */
export function problemsOf(input: AlertInput, wrong: ReadonlySet<string> = new Set()): Problem[] {
  const areRight = (...names: string[]) => !names.some((name) => wrong.has(name));
  // Which of the bounds is missing can be told without it.
  const bounded = areRight('condition') ? input : { ...input, condition: 'gt' as const };
  return [
    ...(areRight('ticker', 'metric') ? tickerProblems(input) : []),
    ...(areRight('metric', 'target_price', 'threshold', 'range') ? boundProblems(bounded) : []),
    ...(areRight('metric', 'repeat') ? repeatProblems(input) : []),
    ...(areRight('webhook_url', 'webhook_urls') ? urlProblems(input) : []),
  ];
}

function tickerProblems({ ticker, metric }: AlertInput): Problem[] {
  const isPair = pairOf(ticker) !== undefined;
  if (metric === 'ratio' && !isPair)
    return [{ path: 'ticker', message: 'Must be two tickers such as ETH/BTC, since the metric is ratio' }];
  if (metric !== 'ratio' && isPair)
    return [{ path: 'metric', message: 'Must be ratio where the ticker is two of them' }];
  return [];
}

function boundProblems({
  metric = 'price',
  condition,
  target_price,
  threshold,
  range,
}: AlertInput): Problem[] {
  if (RANGE_CONDITIONS.has(condition)) {
    const single = target_price === undefined ? 'threshold' : 'target_price';
    if (target_price !== undefined || threshold !== undefined)
      return [{ path: single, message: `Give range instead, since the condition is ${condition}` }];
    if (range === undefined)
      return [{ path: 'range', message: 'Must be two numbers, the lower one first, such as [60000, 65000]' }];
    return metric === 'price' ? range.flatMap((bound) => priceProblem('range', bound)) : [];
  }
  if (range !== undefined)
    return [{ path: 'range', message: 'Only goes with the conditions enters and leaves' }];
  if (metric !== 'price') {
    if (target_price !== undefined)
      return [{ path: 'target_price', message: `Give threshold instead, since the metric is ${metric}` }];
    return threshold === undefined ? [{ path: 'threshold', message: 'Must be a number' }] : [];
  }
  if (target_price !== undefined && threshold !== undefined)
    return [{ path: 'threshold', message: 'Give target_price or threshold, not both' }];
  if (target_price === undefined && threshold === undefined)
    return [{ path: 'target_price', message: NO_PRICE }];
  return threshold === undefined ? [] : priceProblem('threshold', threshold);
}

function priceProblem(path: string, price: number): Problem[] {
  try {
    toDecimal(price);
    return [];
  } catch (error) {
    if (!(error instanceof PriceError)) throw error;
    return [{ path, message: error.message }];
  }
}

function repeatProblems({ metric = 'price', repeat }: AlertInput): Problem[] {
  const isChange = definitionOf(metric).kind === 'change';
  if (typeof repeat !== 'object' || !repeat.rebase || isChange) return [];
  return [{ path: 'repeat.rebase', message: 'Only goes with a change, such as the metric change_1h' }];
}

function urlProblems({ webhook_url, webhook_urls }: AlertInput): Problem[] {
  if (webhook_url === undefined && webhook_urls === undefined)
    return [{ path: 'webhook_url', message: 'Must be an http or https URL' }];
  if (webhook_url !== undefined && webhook_urls !== undefined)
    return [{ path: 'webhook_urls', message: 'Give webhook_url or webhook_urls, not both' }];
  return [];
}

/** What an alert is to be, from fields that have no problems: a plain one where that says it all. */
export function wishOf(input: AlertInput): AlertWish {
  const wish = ruleWishOf(input);
  return isPlain(input) ? { ...wish, rule: null, ruleKey: null, events: [] } : wish;
}

/** The same, with a rule in any case. */
export function ruleWishOf(input: AlertInput): RuleWish {
  const { ticker, condition, metric = 'price' } = input;
  const [webhookUrl = '', ...moreUrls] = input.webhook_urls ?? [input.webhook_url ?? ''];
  const single =
    input.target_price ??
    (metric === 'price' && input.threshold !== undefined ? toDecimal(input.threshold) : null);
  const wish = {
    ...{ ticker, condition, webhookUrl, moreUrls, targetPrice: single },
    message: input.message ?? null,
    headers: input.headers ?? null,
    note: input.note ?? null,
    labels: input.labels ?? null,
    expiresAt: input.expires_at ?? null,
    snoozedUntil: input.snoozed_until ?? null,
  };
  const events = input.events ?? USUAL_EVENTS;
  const rule = ruleOf(input, events.includes('recovered'));
  const { tellsEnd: _, ...waits } = rule;
  return { ...wish, rule, ruleKey: JSON.stringify(waits), events };
}

/** Whether an alert says no more than those of before: above or below a price, once. */
function isPlain({
  metric = 'price',
  condition,
  repeat = 'once',
  webhook_urls = [],
  ...input
}: AlertInput): boolean {
  const more = [
    ...[input.active_hours, input.expires_at, input.snoozed_until, input.note, input.labels, input.events],
    ...[input.for || undefined, webhook_urls[1], input.message, input.headers],
  ];
  return (
    metric === 'price' &&
    (condition === 'gt' || condition === 'lt') &&
    repeat === 'once' &&
    more.every((field) => field === undefined)
  );
}

/** What alerts wait for; a plain alert's, too. */
export function ruleOf(input: AlertInput, tellsEnd: boolean): Rule {
  const { metric = 'price', condition, repeat, active_hours: hours } = input;
  const single = Number(input.target_price ?? input.threshold);
  return {
    metric,
    condition,
    bounds: input.range ?? [single],
    forMs: input.for ?? 0,
    repeat:
      typeof repeat === 'object'
        ? {
            everyMs: repeat.every,
            maxFirings: repeat.max_firings ?? null,
            rearm: repeat.rearm ?? null,
            rebase: repeat.rebase ?? false,
          }
        : null,
    activeHours:
      hours === undefined
        ? null
        : {
            fromMinute: minuteOf(hours.from),
            toMinute: minuteOf(hours.to),
            days: WEEKDAYS.filter((day) => hours.days === undefined || hours.days.includes(day)),
            timeZone: hours.time_zone,
          },
    tellsEnd,
  };
}

const minuteOf = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

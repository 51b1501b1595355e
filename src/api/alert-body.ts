import { z } from 'zod';
import { storable } from '../db/storable';
import { isTimeZone, WEEKDAYS } from '../domain/active-hours';
import { ALERT_EVENTS } from '../domain/alert';
import { METRIC_NAMES } from '../domain/metrics';
import { RULE_CONDITIONS } from '../domain/rule';
import { type Problem, problemsOf } from './alert-wish';
import { duration, NOT_AN_OBJECT, targetPrice, ticker, time, webhookUrl } from './fields';
import { headers, message } from './message-schema';

const MOST_URLS = 5;
const MOST_LABELS = 20;
const LARGEST = 1e15;

const oneOf = (names: readonly string[]) => `Must be one of ${names.join(', ')}`;

const value = z.number({ error: 'Must be a number' }).min(-LARGEST).max(LARGEST);

const metric = z.enum(METRIC_NAMES, { error: oneOf(METRIC_NAMES) }).meta({
  description:
    'What the alert is a threshold on: the price (the default), its change in per cent against so long ago, its distance from ' +
    'the mean in standard deviations, its volatility or its distance from the high of a day in per cent, the ratio of two ' +
    'tickers (`"ticker": "ETH/BTC"`), or how far the sources lie apart in per cent',
  example: 'change_1h',
});

const condition = z.enum(RULE_CONDITIONS, { error: oneOf(RULE_CONDITIONS) }).meta({
  description:
    '`gt`: strictly above the threshold, `lt`: strictly below; `crosses_above`, `crosses_below`: the same, but the metric must be ' +
    'seen on the other side first; `enters`, `leaves`: it comes into the range, or out of it',
});

const NO_RANGE = 'Must be two numbers, the lower one first, such as [60000, 65000]';
const range = z
  .tuple([value, value], { error: NO_RANGE })
  .refine(([low, high]) => low < high, { error: NO_RANGE })
  .meta({ description: 'Of `enters` and `leaves`, instead of a threshold', example: [60_000, 65_000] });

const repeat = z
  .union(
    [
      z.literal('once'),
      z.strictObject({
        every: duration('1m', '90d', 'The shortest time from one firing to the next', '1h'),
        max_firings: z
          .int({ error: 'Must be a whole number from 1 to 10000' })
          .min(1, { error: 'Must be a whole number from 1 to 10000' })
          .max(10_000, { error: 'Must be a whole number from 1 to 10000' })
          .optional()
          .meta({ description: 'After so many it has fired for good', example: 10 }),
        rearm: z
          .number({ error: 'Must be a number from 0' })
          .min(0, { error: 'Must be a number from 0' })
          .max(LARGEST)
          .optional()
          .meta({
            description:
              'How far back beyond the threshold the metric must go before it may fire again, in its unit. Without it, `gt` and ' +
              '`lt` fire again while they still hold',
            example: 1,
          }),
        rebase: z.boolean({ error: 'Must be true or false' }).optional().meta({
          description: 'Of a change: it counts anew from the price at which it fired',
        }),
      }),
    ],
    { error: 'Must be "once", or an object such as {"every": "1h"}' },
  )
  .meta({ description: 'Whether it goes on after it has fired', example: { every: '1h', max_firings: 10 } });

const NO_CLOCK = 'Must be a time of the day such as "09:30"';
const clock = z.string({ error: NO_CLOCK }).regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: NO_CLOCK });

const activeHours = z
  .strictObject(
    {
      from: clock.meta({ example: '09:00' }),
      to: clock.meta({
        description: 'The first minute that is none of them; not after `from`: on the next day',
        example: '17:30',
      }),
      days: z
        .array(z.enum(WEEKDAYS, { error: oneOf(WEEKDAYS) }), { error: 'Must be a list of days' })
        .min(1, { error: 'Must name a day' })
        .max(7, { error: 'Must name each day once' })
        .optional()
        .meta({ description: 'The days on which they begin; every day where none is named' }),
      time_zone: z
        .string({ error: 'Must be a time zone such as Europe/Berlin' })
        .max(64)
        .refine(isTimeZone, { error: 'Must be a time zone such as Europe/Berlin' })
        .meta({ example: 'Europe/Berlin' }),
    },
    { error: 'Must be an object such as {"from":"09:00","to":"17:30","time_zone":"Europe/Berlin"}' },
  )
  .meta({ description: 'It fires within these hours only' });

const TOO_LONG = 'Must have 500 characters at most';
const note = z
  .string({ error: TOO_LONG })
  .max(500, { error: TOO_LONG })
  .refine(isStorable, { error: 'Must not hold the character U+0000, or half of a pair' })
  .meta({ description: 'For you; the webhook brings it along', example: 'Take some profit' });

const NO_LABELS = `Must be an object of ${MOST_LABELS} labels at most: names of letters, digits, ".", "_" and "-", and strings of 256 characters at most`;
const labels = z
  .record(
    z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, { error: NO_LABELS }),
    z.string({ error: NO_LABELS }).max(256, { error: NO_LABELS }).refine(isStorable, { error: NO_LABELS }),
    { error: NO_LABELS },
  )
  .refine((map) => Object.keys(map).length <= MOST_LABELS, { error: NO_LABELS })
  .meta({ description: 'For your programs; the webhook brings them along', example: { desk: 'spot' } });

const webhookUrls = z
  .array(webhookUrl, { error: 'Must be a list of URLs' })
  .min(1, { error: 'Must hold a URL' })
  .max(MOST_URLS, { error: `Must hold ${MOST_URLS} URLs at most` })
  .refine((urls) => new Set(urls).size === urls.length, { error: 'Must hold each URL once' })
  .meta({
    description: `Instead of webhook_url: up to ${MOST_URLS}; each firing is delivered to all of them, each by itself`,
  });

const events = z
  .array(z.enum(ALERT_EVENTS, { error: oneOf(ALERT_EVENTS) }), { error: 'Must be a list of events' })
  .max(ALERT_EVENTS.length)
  .meta({
    description:
      'What else is told: `recovered`: its condition has ended; `expired`; `suspended`: its ticker has no price, and has one ' +
      'again (`alert.resumed`). Alerts that use more than the four fields of a plain one tell of the last two unless they say',
    example: ['recovered', 'expired'],
  });

/** PostgreSQL keeps no U+0000, and JSON no half of a surrogate pair. */
function isStorable(text: string): boolean {
  return storable(text) === text;
}

/** The fields of an alert, as `POST /alerts/` takes them; what they must be to each other, `problemsOf` tells. */
export function alertFields(tickers: readonly string[]) {
  return {
    ticker: tickerOrPair(tickers),
    metric: metric.optional(),
    target_price: targetPrice.optional(),
    threshold: value.optional().meta({
      description: "In the metric's unit; of the price, the same as `target_price`",
      example: 5,
    }),
    range: range.optional(),
    condition,
    for: duration('0s', '7d', 'How long it must hold before it fires', '5m').optional(),
    repeat: repeat.optional(),
    active_hours: activeHours.optional(),
    expires_at: time.optional().meta({ description: 'It never fires from then on' }),
    snoozed_until: time.optional().meta({ description: 'It does not fire before' }),
    note: note.optional(),
    labels: labels.optional(),
    events: events.optional(),
    message: message.optional(),
    headers: headers.optional(),
    webhook_url: webhookUrl.optional(),
    webhook_urls: webhookUrls.optional(),
  };
}

/** One of the tickers, or of `ratio` two of them, such as `ETH/BTC`. */
function tickerOrPair(tickers: readonly string[]) {
  const one = ticker(tickers);
  return z
    .string({ error: `Must be one of ${tickers.join(', ')}` })
    .transform((text, ctx) => {
      const parts = text.split('/').map((part) => one.safeParse(part));
      const names = parts.flatMap((part) => part.data ?? []);
      if (parts.length <= 2 && names.length === parts.length && new Set(names).size === names.length)
        return names.join('/');
      ctx.addIssue({
        code: 'custom',
        message: `Must be one of ${tickers.join(', ')}${text.includes('/') ? ', or two of them such as ETH/BTC' : ''}`,
      });
      return z.NEVER;
    })
    .meta({
      description: `One of ${tickers.join(', ')}, in any case; of \`ratio\` two of them, such as \`ETH/BTC\``,
      example: tickers[0],
    });
}

const PAUSED = z.boolean({ error: 'Must be true or false' }).optional().meta({
  description: '`true` pauses the alert, `false` resumes it',
});

const REQUIRED = ['ticker', 'condition'];

/** The body of `POST /alerts/`, where these tickers can be watched. */
export function newAlertSchema(tickers: readonly string[]) {
  const fields = alertFields(tickers);
  return z
    .strictObject(fields, { error: NOT_AN_OBJECT })
    .superRefine(...tellingAll(Object.keys(fields), problemsOf))
    .meta({ id: 'NewAlert', required: REQUIRED });
}

/** An alert of several that are made together. */
export function importedAlertSchema(tickers: readonly string[]) {
  const paused = PAUSED.meta({ description: '`true`: it is made, and waits to be resumed' });
  const fields = { ...alertFields(tickers), paused };
  return z
    .strictObject(fields, { error: NOT_AN_OBJECT })
    .superRefine(...tellingAll(Object.keys(fields), problemsOf))
    .meta({ id: 'ImportedAlert', required: REQUIRED });
}

export type AlertInput = z.output<z.ZodObject<ReturnType<typeof alertFields>>>;

/** Adds what the fields must be to each other to what is wrong with each, in the order of the fields: all is told at once. */
export function tellingAll(
  order: readonly string[],
  problems: (input: AlertInput, wrong: ReadonlySet<string>) => Problem[],
) {
  const check = (input: AlertInput, ctx: z.core.$RefinementCtx) => {
    const wrong = new Set(ctx.issues.map(({ path }) => String(path?.[0])));
    for (const { path, message } of problems(input, wrong))
      ctx.addIssue({ code: 'custom', path: path.split('.'), message });
    ctx.issues.sort((a, b) => order.indexOf(String(a.path?.[0])) - order.indexOf(String(b.path?.[0])));
  };
  const isObject = ({ value }: { value: unknown }) =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  return [check, { when: isObject }] as const;
}

const TEXT_OR_NULL = { type: ['string', 'null'] } as const;

/** The body of `PATCH /alerts/{id}`: what is not named stays as it is, and null takes away what need not be there. */
export function alertChangeSchema(tickers: readonly string[]) {
  const {
    ticker: _,
    condition: changed,
    target_price,
    threshold,
    webhook_url,
    ...rest
  } = alertFields(tickers);
  const removable = Object.fromEntries(
    Object.entries(rest).map(([name, field]) => [name, field.nullable()]),
  ) as { [K in keyof typeof rest]: z.ZodNullable<(typeof rest)[K]> };
  return z
    .strictObject(
      {
        ...{ target_price, threshold, condition: changed.optional(), webhook_url, paused: PAUSED },
        ...removable,
        // Their descriptions name a type of their own, which null is none of.
        for: removable.for.meta(TEXT_OR_NULL),
        expires_at: removable.expires_at.meta(TEXT_OR_NULL),
        snoozed_until: removable.snoozed_until.meta(TEXT_OR_NULL),
      },
      { error: NOT_AN_OBJECT },
    )
    .refine((change) => Object.keys(change).length > 0, {
      error: 'Name at least one field to change, such as target_price, condition, webhook_url, paused',
    })
    .meta({ id: 'AlertChange', minProperties: 1 });
}

export type ImportedInput = z.output<ReturnType<typeof importedAlertSchema>>;
export type ImportedBody = z.input<ReturnType<typeof importedAlertSchema>>;
export type AlertChangeInput = z.output<ReturnType<typeof alertChangeSchema>>;

import { z } from 'zod';
import { ALERT_STATUSES } from '../domain/alert';
import { DELIVERY_STATUSES } from '../domain/delivery';
import { SEVERITIES } from '../domain/quality';
import { decodeCursor } from './cursor';
import { duration, NOT_AN_OBJECT, ticker, time, webhookUrl } from './fields';
import { isDeliveryId, isUuid } from './ids';
import { placeOf } from './stream/place';

/** As zod's own, with the lengths of RFC 5321, and no hyphen at the end of a part of the host's name (RFC 1035). */
const EMAIL =
  /^(?=[^@]{1,64}@)(?:[A-Za-z0-9_'+-]+\.)*[A-Za-z0-9_'+-]*[A-Za-z0-9_+-]@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/;

const email = z
  .string({ error: 'Must be an e-mail address' })
  .trim()
  .max(254, { error: 'Must have 254 characters at most' })
  .pipe(z.email({ pattern: EMAIL, error: 'Must be an e-mail address' }));

const WRONG_CURSOR = 'Must be the cursor of a page before';

/** The body of `POST /users/register`. */
export const registrationSchema = z
  .strictObject(
    {
      email: email.meta({
        example: 'ada@example.com',
        format: 'email',
        pattern: EMAIL.source,
        maxLength: 254,
      }),
    },
    { error: NOT_AN_OBJECT },
  )
  .meta({ id: 'Registration' });

/** The headers of `POST /alerts/`; `idempotencyKey` checks them. */
export const idempotencyHeader = z.object({
  'Idempotency-Key': z.string().min(1).max(255).optional().meta({
    description: 'A name of your own for this request, such as a UUID: 1 to 255 visible ASCII characters',
  }),
});

/** How long what is replaced stays good. */
const overlap = (description: string) => duration('0s', '7d', description, '24h').prefault('24h');

/** The body of `POST /webhook-secret/rotate`. */
export const rotationSchema = z
  .strictObject(
    {
      grace_period: overlap('How long the secrets of before go on signing beside the new one, from 0s to 7d'),
    },
    { error: NOT_AN_OBJECT },
  )
  .meta({ id: 'SecretRotation' });

const NO_NAME = 'Must be a name of 1 to 64 characters';

/** The body of `POST /users/me/keys`. */
export const newKeySchema = z
  .strictObject(
    {
      name: z
        .string({ error: NO_NAME })
        .trim()
        .regex(/^[^\p{C}]{1,64}$/u, { error: NO_NAME })
        .meta({
          description: 'For you to tell your keys apart',
          pattern: '^\\P{C}{1,64}$',
          example: 'backup server',
        }),
    },
    { error: NOT_AN_OBJECT },
  )
  .meta({ id: 'NewKey' });

/** The body of `POST /users/me/keys/{id}/roll`. */
export const rollSchema = z
  .strictObject(
    { overlap: overlap('How long the old key stays good, from 0s to 7d') },
    { error: NOT_AN_OBJECT },
  )
  .meta({ id: 'KeyRoll' });

const LONGEST_PAGE = 1_000;

/** How many a page holds. */
function pageLimit(longest: number, usual: number) {
  const error = `Must be a whole number from 1 to ${longest}`;
  return z
    .string({ error })
    .default(String(usual))
    .refine((text) => /^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= longest, { error })
    .transform(Number)
    .meta({
      description: 'How many at most',
      ...{ type: 'integer', minimum: 1, maximum: longest, default: usual },
    });
}

/** Where a page before ended, in a list with such ids. */
function cursor(isId: (id: string) => boolean, format = 'cursor') {
  return z
    .string({ error: WRONG_CURSOR })
    .transform((text, ctx) => {
      const place = decodeCursor(text, isId);
      if (place !== undefined) return place;
      ctx.addIssue({ code: 'custom', message: WRONG_CURSOR });
      return z.NEVER;
    })
    .optional()
    .meta({
      description: 'Where a page before ended; follow its `Link` header instead of making one',
      format,
    });
}

function flag(description: string) {
  return z
    .enum(['true', 'false'], { error: 'Must be true or false' })
    .default('false')
    .transform((word) => word === 'true')
    .meta({ description, ...{ type: 'boolean', default: false } });
}

/** The query of `GET /alerts/`, where these tickers can be watched. */
export function alertListSchema(tickers: readonly string[]) {
  return z.strictObject({
    status: z
      .enum(ALERT_STATUSES, { error: 'Must be active, paused, fired or expired' })
      .optional()
      .meta({ description: 'Only alerts with this status' }),
    ticker: ticker(tickers).optional(),
    details: flag('Whether to say when each is looked at next, and where Temporal shows it'),
    limit: pageLimit(LONGEST_PAGE, LONGEST_PAGE),
    cursor: cursor(isUuid),
  });
}

/** The query of `POST /alerts/import`. */
export const importQuerySchema = z.strictObject({
  dry_run: flag('Whether to say only what would be made'),
});

/** The query of `GET /alerts/export`. */
export const exportQuerySchema = z.strictObject({
  format: z
    .enum(['json', 'csv'], { error: 'Must be json or csv' })
    .default('json')
    .meta({ description: 'In which form' }),
  status: z.enum(ALERT_STATUSES, { error: 'Must be active, paused, fired or expired' }).optional().meta({
    description: 'Only alerts with this status; those that are active or paused where it is not named',
  }),
});

/** The query of `GET /deliveries`. */
export const deliveryListSchema = z.strictObject({
  status: z
    .enum(DELIVERY_STATUSES, { error: `Must be one of ${DELIVERY_STATUSES.join(', ')}` })
    .optional()
    .meta({ description: 'Only deliveries with this status' }),
  since: time.optional().meta({ description: 'Only those created at this time or later' }),
  until: time.optional().meta({ description: 'Only those created before this time' }),
  limit: pageLimit(100, 50),
  cursor: cursor(isDeliveryId, 'delivery-cursor'),
});

/** The body of `POST /deliveries/recover`. */
export const recoverSchema = z
  .strictObject(
    {
      since: time.meta({ description: 'Those created at this time or later' }),
      until: time
        .optional()
        .meta({ description: 'Those created before this time; now, where it is left out' }),
    },
    { error: NOT_AN_OBJECT },
  )
  .meta({ id: 'Recovery' });

/** The body of `POST /webhooks/test`. */
export const webhookTestSchema = z
  .strictObject({ webhook_url: webhookUrl }, { error: NOT_AN_OBJECT })
  .meta({ id: 'WebhookTest' });

/** The body of `POST /endpoints/{id}/enable`, which may be left out. */
export const enablingSchema = z
  .strictObject(
    {
      send_skipped: z
        .boolean({ error: 'Must be true or false' })
        .default(false)
        .meta({ description: 'Whether what was skipped meanwhile is to be delivered, too' }),
    },
    { error: NOT_AN_OBJECT },
  )
  .meta({ id: 'Enabling' });

/** How long a candle can be, in milliseconds. */
export const CANDLE_INTERVALS = { '1m': 60_000, '5m': 300_000, '1h': 3_600_000, '1d': 86_400_000 } as const;
const INTERVAL_NAMES = Object.keys(CANDLE_INTERVALS) as [keyof typeof CANDLE_INTERVALS];

/** The query of `GET /rates/{ticker}/candles`. */
export const candleListSchema = z.strictObject({
  interval: z
    .enum(INTERVAL_NAMES, { error: `Must be one of ${INTERVAL_NAMES.join(', ')}` })
    .default('1m')
    .meta({ description: 'How long a candle is' }),
  from: time.optional().meta({
    description:
      'Only candles that begin at this time or later; as many as one answer holds, where it is left out',
  }),
  to: time
    .optional()
    .meta({ description: 'Only candles that begin before this time; now, where it is left out' }),
});

/** The query of `GET /anomalies`, where these tickers are watched. */
export function anomalyListSchema(tickers: readonly string[]) {
  return z.strictObject({
    ticker: ticker(tickers).optional(),
    since: time.optional().meta({ description: 'Only those that started at this time or later' }),
    until: time.optional().meta({ description: 'Only those that started before this time' }),
    limit: pageLimit(LONGEST_PAGE, 100),
    cursor: cursor(isUuid),
  });
}

/** The query of `GET /quality`, where these tickers are watched. */
export function qualityListSchema(tickers: readonly string[]) {
  return z.strictObject({
    ticker: ticker(tickers).optional(),
    severity: z.enum(SEVERITIES, { error: `Must be one of ${SEVERITIES.join(', ')}` }).optional(),
    since: time.optional().meta({ description: 'Only hours that began at this time or later' }),
    until: time.optional().meta({ description: 'Only hours that began before this time' }),
    limit: pageLimit(LONGEST_PAGE, 100),
  });
}

/** The query of `GET /alarms`. */
export const alarmListSchema = z.strictObject({
  status: z.enum(['open', 'closed'], { error: 'Must be open or closed' }).optional(),
  limit: pageLimit(LONGEST_PAGE, 100),
});

const NO_ID = 'Must be the id of an event of this stream, such as 4711-42';

/** The id of the last event that a client knows; its place afterwards. */
export const lastEventId = z
  .string({ error: NO_ID })
  .transform((text, ctx) => {
    const place = placeOf(text);
    if (place !== undefined) return place;
    ctx.addIssue({ code: 'custom', message: NO_ID });
    return z.NEVER;
  })
  .meta({ type: 'string', example: '4711-42' });

/** The query of `GET /stream`, where these tickers can be watched. */
export function streamQuerySchema(tickers: readonly string[]) {
  return z.strictObject({
    tickers: z
      .string()
      .transform((text) => text.split(','))
      .pipe(z.array(ticker(tickers)))
      .optional()
      .meta({
        type: 'string',
        description: 'The tickers whose quotes are wanted, with commas between them',
        example: 'BTC,ETH',
      }),
    last_event_id: lastEventId
      .optional()
      .meta({ description: 'The last event that you know, where you can not send `Last-Event-ID`' }),
  });
}

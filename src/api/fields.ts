import { z } from 'zod';
import { readDuration } from '../config-fields';
import { MAX_PRICE, MIN_PRICE, PriceError, toDecimal } from '../domain/price';

const MAX_URL_LENGTH = 2_048;

export const NOT_AN_OBJECT = 'The body must be a JSON object';

/** What is rounded to 15 digits may come to the highest price from a little above. */
const priceNumber = z.number().meta({ minimum: MIN_PRICE, exclusiveMaximum: MAX_PRICE + 5 });
const priceText = z.string().meta({ format: 'decimal', example: '65420.15' });

export const targetPrice = z
  .union([priceNumber, priceText], {
    error: 'Must be a positive number, or a decimal string such as "65420.15"',
  })
  .transform((value, ctx) => {
    try {
      return toDecimal(value);
    } catch (error) {
      if (!(error instanceof PriceError)) throw error;
      ctx.addIssue({ code: 'custom', message: error.message });
      return z.NEVER;
    }
  })
  .meta({
    description: 'US dollars, from 1e-12 to 1e15; kept to 15 significant digits',
    example: 65420.15,
  });

/** A ticker that can be watched, in any case; in capitals afterwards. */
export function ticker(tickers: readonly string[]) {
  const error = `Must be one of ${tickers.join(', ')}`;
  return (
    z
      .string({ error })
      // Capitals of other letters may be these: ſ becomes S.
      .regex(/^[0-9A-Za-z]*$/, { error })
      .toUpperCase()
      .pipe(z.enum(tickers as [string, ...string[]], { error }))
      .meta({
        description: `One of ${tickers.join(', ')}, in any case`,
        pattern: `^(${tickers.map(inAnyCase).join('|')})$`,
        example: tickers[0],
      })
  );
}

/** JSON Schema has no flag for it. */
const inAnyCase = (ticker: string) =>
  ticker.replace(/[A-Z]/g, (letter) => `[${letter}${letter.toLowerCase()}]`);

/** Where a webhook is sent; whether its host may be called is asked later. */
export const webhookUrl = z
  .string({ error: 'Must be an http or https URL' })
  .min(1, { error: 'Must be an http or https URL' })
  .max(MAX_URL_LENGTH, { error: `Must have ${MAX_URL_LENGTH} characters at most` })
  .meta({
    description:
      'Where the webhook is sent: an http or https URL, without a user name, of a host that is on the public internet',
    format: 'uri',
    pattern: '^[hH][tT][tT][pP][sS]?://',
    example: 'https://example.com/hooks/prices',
  });

const NO_TIME = 'Must be a time such as 2026-03-01T12:00:00Z';

/** A moment, with its offset. */
export const time = z.iso
  .datetime({ offset: true, error: NO_TIME })
  .transform((text) => new Date(text))
  .meta({ type: 'string', format: 'date-time', example: '2026-03-01T12:00:00Z' });

/**
 * A duration as in the configuration, such as `5m`; milliseconds afterwards.
 * @param least and most: as they are written
 */
export function duration(least: string, most: string, description: string, example: string) {
  const error = `Must be a duration from ${least} to ${most}, such as ${example}`;
  return z
    .string({ error })
    .refine((text) => readDuration(text) >= readDuration(least) && readDuration(text) <= readDuration(most), {
      error,
    })
    .transform(readDuration)
    .meta({ description, type: 'string', pattern: '^\\d+(\\.\\d+)?\\s*(ms|s|m|h|d)$', example });
}

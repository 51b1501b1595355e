import { z } from 'zod';
import { PriceError, toDecimal } from '../domain/price';

const MAX_URL_LENGTH = 2_048;

const email = z
  .string({ error: 'Must be an e-mail address' })
  .trim()
  .max(254, { error: 'Must have 254 characters at most' })
  .pipe(z.email({ error: 'Must be an e-mail address' }));

const targetPrice = z
  .union([z.number(), z.string()], {
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

const NOT_AN_OBJECT = 'The body must be a JSON object';

/** The body of `POST /users/register`. */
export const registrationSchema = z
  .strictObject(
    { email: email.meta({ example: 'ada@example.com', format: 'email' }) },
    { error: NOT_AN_OBJECT },
  )
  .meta({ id: 'Registration' });

/** The body of `POST /alerts/`, where these tickers can be watched. */
export function newAlertSchema(tickers: readonly string[]) {
  const error = `Must be one of ${tickers.join(', ')}`;
  return z
    .strictObject(
      {
        ticker: z
          .string({ error })
          // Capitals of other letters may be these: ſ becomes S.
          .regex(/^[0-9A-Za-z]*$/, { error })
          .toUpperCase()
          .pipe(z.enum(tickers as [string, ...string[]], { error }))
          .meta({ description: `One of ${tickers.join(', ')}, in any case`, example: tickers[0] }),
        target_price: targetPrice,
        condition: z
          .enum(['gt', 'lt'], { error: 'Must be gt or lt' })
          .meta({ description: '`gt`: strictly above the target, `lt`: strictly below' }),
        webhook_url: z
          .string({ error: 'Must be an http or https URL' })
          .min(1, { error: 'Must be an http or https URL' })
          .max(MAX_URL_LENGTH, { error: `Must have ${MAX_URL_LENGTH} characters at most` })
          .meta({ description: 'Where the webhook is sent', example: 'https://example.com/hooks/prices' }),
      },
      { error: NOT_AN_OBJECT },
    )
    .meta({ id: 'NewAlert' });
}

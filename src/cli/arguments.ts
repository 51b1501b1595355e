import { InvalidArgumentError } from 'commander';
import ms from 'ms';
import { Webhook } from 'standardwebhooks';
import { parseUrl } from '../parse-url';
import { CommandError } from './command-error';

export const SECRET_VARIABLE = 'PRICEHOOK_WEBHOOK_SECRET';

/** What Standard Webhooks asks of a secret at the least. */
const MIN_SECRET_BYTES = 24;

/**
 * Reads an option that is a whole number in a range.
 * @throws InvalidArgumentError, which commander prints as one line
 */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Allowed: a whole number from ${min} to ${max}.`);
  };
}

/**
 * Reads a duration such as `500ms`, `3s` or `1m`, in milliseconds; an hour at most.
 * @throws InvalidArgumentError
 */
export function durationMs(text: string): number {
  const value = /^\d+(\.\d+)?(ms|s|m|h)$/.test(text) ? ms(text as ms.StringValue) : Number.NaN;
  if (value <= 3_600_000) return value;
  throw new InvalidArgumentError('Allowed: a duration up to 1h, such as 500ms, 3s or 1m.');
}

/**
 * Reads an http or https URL.
 * @throws InvalidArgumentError
 */
export function webUrl(text: string): string {
  const url = parseUrl(text);
  if (url && /^https?:$/.test(url.protocol)) return url.href;
  throw new InvalidArgumentError('Allowed: an http or https URL, such as http://localhost:3000/hook.');
}

/**
 * Adds a webhook secret to those given before it.
 * @throws InvalidArgumentError, which does not repeat the secret
 */
export function webhookSecrets(text: string, earlier: string[] = []): string[] {
  const wrong = whatIsWrongWithSecret(text);
  if (wrong === null) return [...earlier, text];
  throw new InvalidArgumentError(`Allowed: a secret as registration shows it, whsec_ and base64. ${wrong}`);
}

function whatIsWrongWithSecret(text: string): string | null {
  if (text.startsWith('sk_')) return 'This is an API key.';
  // The library would take any base64, the word "undefined" of a script that went wrong, too.
  if (!text.startsWith('whsec_')) return 'This does not begin with whsec_.';
  const bytes = Buffer.from(text.slice('whsec_'.length), 'base64').length;
  try {
    new Webhook(text);
  } catch {
    return 'What follows whsec_ is not base64; was it cut off or quoted?';
  }
  return bytes < MIN_SECRET_BYTES
    ? `This holds ${bytes} bytes, fewer than any secret; was it cut off?`
    : null;
}

/**
 * The secrets of the command line or else that of the environment; none where neither has one.
 * @throws CommandError with that status for one of the environment that can't be read
 */
export function secretsOrEnvironment(given: string[] | undefined, exitCode = 1): string[] {
  const secret = process.env[SECRET_VARIABLE];
  if (given || !secret) return given ?? [];
  try {
    return webhookSecrets(secret);
  } catch (error) {
    throw new CommandError(`${SECRET_VARIABLE} can't be read. ${(error as Error).message}`, exitCode);
  }
}

const TIME = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/**
 * Reads a time such as `2021-05-13` or `2021-05-13T00:03Z`, in UTC where it names no zone; Unix milliseconds.
 * @throws InvalidArgumentError
 */
export function timeMs(text: string): number {
  const [, zone] = TIME.exec(text) ?? [];
  const isDate = text.length === '2021-05-13'.length;
  const value = TIME.test(text) ? Date.parse(zone || isDate ? text : `${text}Z`) : Number.NaN;
  if (!Number.isNaN(value)) return value;
  throw new InvalidArgumentError('Allowed: a time such as 2021-05-13 or 2021-05-13T00:03Z (UTC).');
}

/**
 * Reads tickers separated by commas, in capitals; which ones there are is the API's to say.
 * @throws InvalidArgumentError
 */
export function tickerList(text: string): string[] {
  const tickers = text
    .toUpperCase()
    .split(',')
    .map((ticker) => ticker.trim());
  if (tickers.every((ticker) => /^[A-Z0-9]{1,20}$/.test(ticker))) return [...new Set(tickers)];
  throw new InvalidArgumentError('Allowed: tickers separated by commas, such as BTC,ETH.');
}

/**
 * Reads a price as a decimal number, and leaves it as it was typed: the API keeps 15 digits.
 * @throws InvalidArgumentError
 */
export function priceText(text: string): string {
  if (/^\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) && Number(text) > 0) return text;
  throw new InvalidArgumentError('Allowed: a price in US dollars above 0, such as 65000 or 0.125.');
}

import { InvalidArgumentError } from 'commander';
import ms from 'ms';
import { Webhook } from 'standardwebhooks';

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
 * Adds a webhook secret to those given before it.
 * @throws InvalidArgumentError, which does not repeat the secret
 */
export function webhookSecrets(text: string, earlier: string[] = []): string[] {
  try {
    // The library would take any base64, the word "undefined" of a script that went wrong, too.
    if (!text.startsWith('whsec_')) throw new Error('no prefix');
    new Webhook(text);
  } catch {
    throw new InvalidArgumentError('Allowed: a secret as registration shows it, whsec_ and base64.');
  }
  return [...earlier, text];
}

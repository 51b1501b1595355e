import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { CommandError } from '../command-error';
import { EXIT } from '../exit-codes';

export const KEY_VARIABLE = 'PRICEHOOK_API_KEY';

const FORM = /^sk_[\x21-\x7e]+$/;

/**
 * The API key: that of the file, or else that of the environment. It is never taken from the command line itself, where other
 * users of the machine and the shell's history would see it; and no message repeats it.
 * @param warn hears of a file that others can read
 * @throws CommandError where there is none, or what there is can't be one
 */
export function findKey(keyFile: string | undefined, warn: (text: string) => void): string {
  if (keyFile !== undefined) return readKeyFile(keyFile, warn);
  const key = process.env[KEY_VARIABLE];
  if (key === undefined || key === '') {
    throw new CommandError(
      `There is no API key; allowed: ${KEY_VARIABLE} in the environment or in .env, or --key-file with a file that holds it (- reads standard input).`,
      EXIT.key,
    );
  }
  return checked(key.trim(), KEY_VARIABLE);
}

function readKeyFile(file: string, warn: (text: string) => void): string {
  if (FORM.test(file)) {
    throw new CommandError(
      '--key-file was given a key instead of a file: it is in the history of your shell now, and was visible to others. ' +
        'Revoke it (DELETE /api/v1/users/me/keys/{id}), and put the new one into a file that only you can read.',
      EXIT.usage,
    );
  }
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new CommandError(`--key-file can't be read: ${(error as Error).message}`, EXIT.usage);
  }
  if (file !== '-' && othersMayRead(file)) warn(`Warning: others may read ${file}; run: chmod 600 ${file}`);
  return checked(text.trim(), `--key-file ${file}`);
}

function othersMayRead(file: string): boolean {
  const descriptor = openSync(file, 'r');
  try {
    const stat = fstatSync(descriptor);
    return stat.isFile() && (stat.mode & 0o077) !== 0;
  } finally {
    closeSync(descriptor);
  }
}

function checked(key: string, where: string): string {
  if (FORM.test(key)) return key;
  const what = key.startsWith('whsec_') ? 'This is a webhook secret.' : '';
  throw new CommandError(
    `${where} holds no API key; allowed: one as registration shows it, which begins with sk_. ${what}`.trim(),
    EXIT.key,
  );
}

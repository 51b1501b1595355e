import { z } from 'zod';
import { splitList } from './config-fields';

/** 32 bytes in base64 or hex; undefined for anything else. */
function readKey(text: string): Buffer | undefined {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  return /^[\w+/-]{43}=?$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}

/** Keys of 32 bytes in base64 or hex, separated by commas, as hex; undefined where a text is none. */
export function readSecretsKeys(text: string): string[] | undefined {
  const keys = text.split(',').map((part) => readKey(part.trim())?.toString('hex'));
  return keys.every((key) => key !== undefined) ? [...new Set(keys)] : undefined;
}

/** Keys that webhook secrets are encrypted with, as hex; the first one is today's. */
export const secretsKeys = z.string().transform((text, ctx) => {
  const keys = readSecretsKeys(text);
  if (keys !== undefined) return keys;
  ctx.addIssue({
    code: 'custom',
    message:
      '32 bytes in base64 or hex, such as `openssl rand -base64 32` makes them; while they change, the new and the old separated by a comma',
  });
  return z.NEVER;
});

/** Keys of the payload codec, as base64: the first one encrypts, unless the word `none` stands in its place; all of them decrypt. */
export const codecKeys = z.string().transform((text, ctx) => {
  const items = splitList(text);
  const encrypts = items[0] !== 'none';
  const keys = items.slice(encrypts ? 0 : 1).map((item) => readKey(item)?.toString('base64'));
  if (keys.length === 0 || keys.includes(undefined)) {
    ctx.addIssue({
      code: 'custom',
      message:
        'keys of 32 bytes in base64 or hex, separated by commas, such as `openssl rand -base64 32` prints; ' +
        '`none` before them stops encrypting',
    });
    return z.NEVER;
  }
  return { encrypts, keys: keys as string[] };
});

import { createHash } from 'node:crypto';
import type { Before } from '../db/idempotency';
import type { ApiContext } from './context';
import { type ApiError, validationError } from './errors';

const FORM = /^[\x21-\x7e]{1,255}$/;

/**
 * The request's `Idempotency-Key`, if it has one.
 * @throws ApiError 422 for one that is empty, too long, or not of visible ASCII characters
 */
export function idempotencyKey(ctx: ApiContext): string | undefined {
  const key = ctx.req.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && FORM.test(key)) return key;
  throw validationError([
    { path: 'Idempotency-Key', message: 'Must be 1 to 255 visible ASCII characters, without spaces' },
  ]);
}

/** A digest of what a request asks for, whatever the order and the spelling of its fields. */
export function requestHash(what: string, input: object): Buffer {
  const fields = Object.entries(input).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([what, fields]))
    .digest();
}

/** Answers as the request with this key was answered before. */
export function answerAgain(ctx: ApiContext, before: Before): void {
  if ('refusal' in before) throw otherRequest();
  ctx.status = 201;
  ctx.set('Idempotency-Replayed', 'true');
  ctx.type = 'json';
  ctx.body = before.replayed;
}

/** The answer to a request under the key of another one. */
export function otherRequest(): ApiError {
  return validationError([
    { path: 'Idempotency-Key', message: 'Was used for another request; take a new key for a new alert' },
  ]);
}

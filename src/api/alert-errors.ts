import type { AlertRefusal } from '../db/alerts';
import { invalidKey } from './auth';
import { type ApiError, httpError } from './errors';
import { otherRequest } from './idempotency';

/** The same for an unknown alert, another user's, a deleted one and what is no id at all. */
export function alertNotFound(): ApiError {
  return httpError(404, 'Alert not found');
}

/** Why an alert was not made. */
export function refusalError(
  refusal: AlertRefusal | 'another request' | 'in progress',
  maxActive: number,
): ApiError {
  if (refusal === 'no key') return invalidKey();
  if (refusal === 'another request') return otherRequest();
  if (refusal === 'in progress')
    return httpError(
      409,
      'A request with this Idempotency-Key is still in progress; send it again for its answer',
    );
  return conflict(refusal, maxActive);
}

/** Why an alert was not made or changed, as its user may read it. */
export function conflictText(
  refusal: 'identical' | 'full' | 'fired' | 'expired',
  maxActive: number,
  kind: 'active' | 'paused' = 'active',
): string {
  return {
    identical: 'An identical alert is active already',
    full: `You have ${maxActive} ${kind} alerts, as many as are allowed; ${kind === 'active' ? 'delete or pause' : 'delete'} one first`,
    fired: 'The alert has fired and can no longer be changed; make a new one',
    expired: 'The alert has expired and can no longer be changed; make a new one',
  }[refusal];
}

/** The 409 with that text. */
export function conflict(...why: Parameters<typeof conflictText>): ApiError {
  return httpError(409, conflictText(...why));
}

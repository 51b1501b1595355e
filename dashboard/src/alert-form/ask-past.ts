import { call } from '../api/client';
import { ApiFailure } from '../api/failure';
import type { AsTyped } from '../api/routes';
import type { NewAlertPreview, Preview } from '../api/types';

type PastBody = AsTyped<NewAlertPreview>;

/** A process makes few previews at once, and says when to come again. */
const TRIES = 4;

let last: Promise<unknown> = Promise.resolve();

/**
 * What an alert would have done, one after the other.
 * @param isWanted where nobody waits for it any longer when its turn comes, it is not asked for, and undefined
 * @throws ApiFailure
 */
export function askPast(body: PastBody, isWanted: () => boolean): Promise<Preview | undefined> {
  const asked = last.then(() => (isWanted() ? ask(body, isWanted) : undefined));
  last = asked.catch(() => undefined);
  return asked;
}

async function ask(body: PastBody, isWanted: () => boolean): Promise<Preview | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call('POST /alerts/preview', { body });
    } catch (error) {
      const isBusy = error instanceof ApiFailure && error.status === 503 && error.retryAfterMs !== undefined;
      if (!isBusy || attempt === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, error.retryAfterMs));
      if (!isWanted()) return undefined;
    }
  }
}

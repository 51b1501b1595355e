import { rotateSecret } from '../db/secret-rotation';
import { newWebhookSecret } from '../webhooks/sign';
import type { RotatedSecretAnswer } from './answers/users';
import { authenticate, invalidKey } from './auth';
import { readOptionalBody } from './body';
import type { ApiRouter } from './context';
import type { ApiDeps } from './deps';
import { httpError } from './errors';
import { limit } from './rate-limit';
import { rotationSchema } from './schemas';

/** Every message carries a signature a secret: more would only make headers long. */
const MAX_LIVE_SECRETS = 5;

/** Changing the secret that signs a user's webhooks, without a moment in which their receiver can't verify. */
export function addWebhookSecretRoutes(router: ApiRouter, deps: ApiDeps): void {
  const { db, box } = deps;
  const guard = [
    authenticate(deps),
    limit(deps, { route: 'POST /webhook-secret/rotate', tokens: 5, by: 'user' }),
  ] as const;

  router.post('/webhook-secret/rotate', ...guard, async (ctx) => {
    const { userId } = ctx.state;
    const { grace_period: graceMs } = await readOptionalBody(ctx, rotationSchema);
    const webhookSecret = newWebhookSecret();
    const sealedSecret = box.seal(webhookSecret, userId);
    const rotated = await rotateSecret(db, { userId, sealedSecret, graceMs, maxLive: MAX_LIVE_SECRETS });
    if (rotated === undefined) throw invalidKey();
    if ('refusal' in rotated) throw tooMany(rotated.nextEndsAt);
    ctx.body = {
      webhook_secret: webhookSecret,
      previous_expires_at: rotated.previousExpiresAt.toISOString(),
    } satisfies RotatedSecretAnswer;
  });
}

function tooMany(nextEndsAt: Date) {
  return httpError(
    409,
    `${MAX_LIVE_SECRETS} webhook secrets sign already, as many as are allowed; the next one ends at ` +
      `${nextEndsAt.toISOString()}. Wait for it, or end all of them at once with "grace_period": "0s"`,
  );
}

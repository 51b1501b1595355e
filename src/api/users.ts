import { randomUUID } from 'node:crypto';
import { endUser, findUser, insertUser } from '../db/users';
import { newWebhookSecret } from '../webhooks/sign';
import type { RegisteredAnswer, UserAnswer } from './answers/users';
import { newApiKey } from './api-key';
import { authenticate, invalidKey } from './auth';
import { readBody } from './body';
import type { ApiRouter } from './context';
import type { ApiDeps } from './deps';
import { httpError } from './errors';
import { limit } from './rate-limit';
import { registrationSchema } from './schemas';

/** Registration, what a user may see of themselves, and leaving. */
export function addUserRoutes(router: ApiRouter, deps: ApiDeps): void {
  const { db, keys, workflows, box } = deps;

  router.post(
    '/users/register',
    limit(deps, { route: 'POST /users/register', tokens: 2, by: 'ip' }),
    async (ctx) => {
      const { email } = await readBody(ctx, registrationSchema);
      const { key, prefix, hash } = newApiKey();
      const webhookSecret = newWebhookSecret();
      const id = randomUUID();
      const sealedSecret = box.seal(webhookSecret, id);
      const isNew = await insertUser(db, { id, email, sealedSecret, apiKey: { prefix, hash } });
      if (!isNew) throw httpError(400, 'This e-mail address is registered already');
      ctx.status = 201;
      ctx.body = { id, email, api_key: key, webhook_secret: webhookSecret } satisfies RegisteredAnswer;
    },
  );

  router.get(
    '/users/me',
    authenticate(deps),
    limit(deps, { route: 'GET /users/me', tokens: 5, by: 'user' }),
    async (ctx) => {
      const user = await findUser(db, ctx.state.userId);
      // Deleted between the look at the key and now.
      if (user === undefined) throw invalidKey();
      ctx.body = {
        id: user.id,
        email: user.email,
        is_active: user.is_active,
        created_at: user.created_at.toISOString(),
      } satisfies UserAnswer;
    },
  );

  router.delete(
    '/users/me',
    authenticate(deps),
    limit(deps, { route: 'DELETE /users/me', tokens: 5, by: 'user' }),
    async (ctx) => {
      const { userId } = ctx.state;
      const ended = await endUser(db, userId);
      if (ended === undefined) throw invalidKey();
      keys.forget(userId);
      for (const alertId of ended) workflows.changed(alertId);
      ctx.status = 204;
    },
  );
}

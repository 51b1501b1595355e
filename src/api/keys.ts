import { listApiKeys, revokeApiKey } from '../db/api-keys';
import type { ApiKeyAnswer } from './answers';
import { authenticate } from './auth';
import type { ApiRouter } from './context';
import type { ApiDeps } from './deps';
import { httpError } from './errors';
import { isUuid } from './ids';
import { limit } from './rate-limit';

/** A user's own keys: which there are, and taking one away. */
export function addKeyRoutes(router: ApiRouter, deps: ApiDeps): void {
  const { db, keys, workflows } = deps;
  const guard = (route: string) =>
    [authenticate(deps), limit(deps, { route, tokens: 5, by: 'user' })] as const;

  router.get('/users/me/keys', ...guard('GET /users/me/keys'), async (ctx) => {
    const found = await listApiKeys(db, ctx.state.userId);
    ctx.body = found.map(
      ({ id, prefix, created_at }): ApiKeyAnswer => ({ id, prefix, created_at: created_at.toISOString() }),
    );
  });

  router.delete('/users/me/keys/:id', ...guard('DELETE /users/me/keys/{id}'), async (ctx) => {
    const { userId } = ctx.state;
    const id = ctx.params.id ?? '';
    const ended = isUuid(id) ? await revokeApiKey(db, { id, userId }) : undefined;
    if (ended === undefined) throw httpError(404, 'API key not found');
    keys.forget(userId);
    for (const alertId of ended) workflows.changed(alertId);
    ctx.status = 204;
  });
}

import { listApiKeys, revokeApiKey } from '../db/api-keys';
import { createApiKey, type MadeKey, type NewKey, rollApiKey } from '../db/new-api-keys';
import type { ApiKeyAnswer, NewApiKeyAnswer } from './answers/users';
import { hashApiKey, newApiKey } from './api-key';
import { authenticate, invalidKey } from './auth';
import { readBody, readOptionalBody } from './body';
import type { ApiContext, ApiRouter } from './context';
import type { ApiDeps } from './deps';
import { httpError } from './errors';
import { isUuid } from './ids';
import { limit } from './rate-limit';
import { newKeySchema, rollSchema } from './schemas';

const MAX_KEYS = 20;

/** A user's own keys: which there are, making and replacing one, and taking one away. */
export function addKeyRoutes(router: ApiRouter, deps: ApiDeps): void {
  const { db, keys, workflows } = deps;
  const guard = (route: string) =>
    [authenticate(deps), limit(deps, { route, tokens: 5, by: 'user' })] as const;

  router.get('/users/me/keys', ...guard('GET /users/me/keys'), async (ctx) => {
    const found = await listApiKeys(db, ctx.state.userId);
    ctx.body = found.map(
      ({ last_used_at, ...key }): ApiKeyAnswer => ({
        ...common(key),
        last_used_at: last_used_at?.toISOString() ?? null,
      }),
    );
  });

  router.post('/users/me/keys', ...guard('POST /users/me/keys'), async (ctx) => {
    const { name } = await readBody(ctx, newKeySchema);
    answer(ctx, await make(ctx, (newKey) => createApiKey(db, { ...newKey, name })));
  });

  router.post('/users/me/keys/:id/roll', ...guard('POST /users/me/keys/{id}/roll'), async (ctx) => {
    const id = ctx.params.id ?? '';
    const { overlap: overlapMs } = await readOptionalBody(ctx, rollSchema);
    if (!isUuid(id)) throw keyNotFound();
    answer(ctx, await make(ctx, (newKey) => rollApiKey(db, { ...newKey, id, overlapMs })));
    keys.forget(ctx.state.userId);
  });

  router.delete('/users/me/keys/:id', ...guard('DELETE /users/me/keys/{id}'), async (ctx) => {
    const { userId } = ctx.state;
    const id = ctx.params.id ?? '';
    const ended = isUuid(id) ? await revokeApiKey(db, { id, userId }) : undefined;
    if (ended === undefined) throw keyNotFound();
    keys.forget(userId);
    for (const alertId of ended) workflows.changed(alertId);
    ctx.status = 204;
  });
}

type Refusal = Extract<Awaited<ReturnType<typeof rollApiKey>>, { refusal: unknown }>;

/** Makes a key as `insert` does it; what can't be is told as the error that it is. */
async function make(
  ctx: ApiContext,
  insert: (newKey: NewKey) => Promise<MadeKey | Refusal>,
): Promise<NewApiKeyAnswer> {
  const { key, prefix, hash } = newApiKey();
  const by = Buffer.from(hashApiKey(ctx.get('X-API-Key')), 'hex');
  const made = await insert({ userId: ctx.state.userId, by, prefix, hash, maxKeys: MAX_KEYS });
  if ('refusal' in made) throw refusalError(made);
  return { ...common(made), api_key: key };
}

function answer(ctx: ApiContext, body: NewApiKeyAnswer): void {
  ctx.status = 201;
  ctx.body = body;
}

function common({ id, name, prefix, created_at, expires_at }: MadeKey) {
  return {
    id,
    name,
    prefix,
    created_at: created_at.toISOString(),
    expires_at: expires_at?.toISOString() ?? null,
  };
}

function refusalError({ refusal }: Refusal) {
  if (refusal === 'unknown') return keyNotFound();
  if (refusal === 'no key') return invalidKey();
  const why = {
    full: `You have ${MAX_KEYS} API keys, as many as are allowed; revoke one first`,
    ends: 'This key was rolled already and ends by itself; roll the one that replaced it',
    'own key ends':
      'The key that you came with was rolled and makes no others; come with the one that replaced it',
  };
  return httpError(409, why[refusal]);
}

/** The same for an unknown key, another user's, one that is no longer good and what is no id at all. */
const keyNotFound = () => httpError(404, 'API key not found');

import { type EndpointRow, enableEndpoint, findEndpoint, listEndpoints } from '../db/endpoints';
import type { EnabledEndpointAnswer, EndpointAnswer } from './answers/endpoints';
import { authenticate } from './auth';
import { readOptionalBody } from './body';
import type { ApiRouter } from './context';
import type { ApiDeps } from './deps';
import { httpError } from './errors';
import { isUuid } from './ids';
import { limit } from './rate-limit';
import { enablingSchema } from './schemas';

/** How the hosts of a user's webhooks do, and having disabled ones sent to again. */
export function addEndpointRoutes(router: ApiRouter, deps: ApiDeps): void {
  const { db, config } = deps;
  const { market } = config;
  const guard = (route: string) =>
    [authenticate(deps), limit(deps, { route, tokens: 5, by: 'user' })] as const;

  router.get('/endpoints', ...guard('GET /endpoints'), async (ctx) => {
    ctx.body = (await listEndpoints(db, { userId: ctx.state.userId, market })).map(endpointAnswer);
  });

  router.post('/endpoints/:id/enable', ...guard('POST /endpoints/{id}/enable'), async (ctx) => {
    const { send_skipped } = await readOptionalBody(ctx, enablingSchema);
    const id = ctx.params.id ?? '';
    const owner = { userId: ctx.state.userId, market };
    const enabled = isUuid(id) ? await enableEndpoint(db, id, owner, send_skipped) : undefined;
    if (enabled === undefined) throw notFound();
    if (enabled === 'not disabled') throw httpError(409, 'The endpoint is not disabled');
    const endpoint = await findEndpoint(db, id, owner);
    if (endpoint === undefined) throw notFound();
    ctx.body = { ...endpointAnswer(endpoint), ...enabled } satisfies EnabledEndpointAnswer;
  });
}

const notFound = () => httpError(404, 'Endpoint not found');

function endpointAnswer(endpoint: EndpointRow): EndpointAnswer {
  const { failing_since, last_failure_at, last_success_at, disabled_at } = endpoint;
  return {
    id: endpoint.id,
    host: endpoint.host,
    status: disabled_at ? 'disabled' : failing_since ? 'failing' : 'ok',
    failing_since: failing_since?.toISOString() ?? null,
    failures: endpoint.failures,
    last_failure_at: last_failure_at?.toISOString() ?? null,
    last_error: endpoint.last_error,
    last_status_code: endpoint.last_status_code,
    last_success_at: last_success_at?.toISOString() ?? null,
    disabled_at: disabled_at?.toISOString() ?? null,
    skipped: endpoint.skipped,
  };
}

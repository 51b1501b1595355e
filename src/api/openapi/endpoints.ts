import { z } from 'zod';
import { enabledEndpointSchema, endpointSchema } from '../answers/endpoints';
import { enablingSchema } from '../schemas';
import { DISABLED_ENDPOINT } from './examples';
import { idOf, json, limited, OPTIONAL_BODY_ERRORS, type RouteConfig } from './operation';

/** How the hosts of a user's webhooks do, and having disabled ones sent to again. */
export function endpointOperations(): RouteConfig[] {
  return [
    limited({
      call: 'GET /endpoints',
      operationId: 'listEndpoints',
      tags: ['deliveries'],
      summary: 'Hosts of your webhooks that have failed within a month, and how they do',
      description: 'A host that never failed is not there.',
      responses: {
        200: { description: 'By host', ...json(z.array(endpointSchema), [DISABLED_ENDPOINT]) },
      },
    }),
    limited({
      call: 'POST /endpoints/{id}/enable',
      operationId: 'enableEndpoint',
      tags: ['deliveries'],
      summary: 'Have webhooks sent again to a host that was disabled',
      description: 'The body may be left out. 409 where it is not disabled.',
      request: {
        params: idOf('endpoint'),
        body: { required: false, ...json(enablingSchema, { send_skipped: true }) },
      },
      responses: {
        200: {
          description: 'It is enabled',
          ...json(enabledEndpointSchema, {
            ...DISABLED_ENDPOINT,
            status: 'ok',
            failing_since: null,
            failures: 0,
            disabled_at: null,
            skipped: 0,
            recovered: 3,
          }),
        },
      },
      errors: {
        ...OPTIONAL_BODY_ERRORS,
        404: 'Endpoint not found',
        409: 'The endpoint is not disabled',
        422: { path: 'send_skipped', message: 'Must be true or false' },
      },
    }),
  ];
}

import { OpenAPIRegistry, OpenApiGeneratorV31 } from '@asteasolutions/zod-to-openapi';
import { VERSION } from '../../version';
import { alertTransferOperations } from './alert-transfer';
import { alertOperations } from './alerts';
import { deliveryOperations } from './deliveries';
import { endpointOperations } from './endpoints';
import { keyOperations } from './keys';
import { marketOperations } from './market';
import { previewOperations } from './preview';
import { redeliveryOperations } from './redelivery';
import { reportOperations } from './reports';
import { serviceOperations } from './service';
import { streamOperations } from './stream';
import { userOperations } from './users';

const DESCRIPTION = `Watches crypto prices and calls your webhook when one crosses a line that you drew.

Register to get an API key and send it as \`X-API-Key\`. Limits are token buckets, refilled within 10 seconds, one for
each call and caller; every answer says in \`RateLimit\` what is left. A trailing slash is optional everywhere. Prices
are US dollars, times ISO 8601 in UTC.

Every error has the form of the schema \`Error\`, or \`ValidationError\` where it is a 422. Beside those that each call lists,
any request can get 400, 408, 417 or 431 where it breaks the rules of HTTP itself, 404 for a path and 405 for a method that
there is none of, and 403 where a stack on somebody's own machine is asked for by another name than its own.`;

/** The API's description in OpenAPI 3.1, made of the schemas that validate requests. */
export function openApiDocument(tickers: readonly string[]) {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'ApiKey', {
    type: 'apiKey',
    in: 'header',
    name: 'X-API-Key',
    description: 'From `POST /api/v1/users/register`; begins with `sk_live_`.',
  });
  const operations = [
    ...userOperations(),
    ...keyOperations(),
    ...marketOperations(tickers),
    ...streamOperations(tickers),
    ...alertOperations(tickers),
    ...previewOperations(tickers),
    ...alertTransferOperations(tickers),
    ...deliveryOperations(),
    ...redeliveryOperations(),
    ...endpointOperations(),
    ...reportOperations(tickers),
    ...serviceOperations(),
  ];
  for (const operation of operations) registry.registerPath(operation);
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Pricehook',
      version: VERSION,
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'Where this description comes from' }],
    tags: [
      { name: 'users', description: 'Registering, API keys, and the secret that signs webhooks' },
      { name: 'prices', description: 'What prices are and did, and where they come from' },
      { name: 'alerts', description: 'The lines that you draw' },
      { name: 'deliveries', description: 'What was sent to your webhooks, and having it sent again' },
      { name: 'operations', description: 'How the service and its data do' },
    ],
  });
}

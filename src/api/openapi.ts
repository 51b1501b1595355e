import { OpenAPIRegistry, OpenApiGeneratorV31 } from '@asteasolutions/zod-to-openapi';
import { VERSION } from '../version';
import { operations } from './openapi-operations';

const DESCRIPTION = `Watches crypto prices and calls your webhook when one crosses a line that you drew.

Register to get an API key and send it as \`X-API-Key\`. Limits are token buckets, refilled within 10 seconds, one for
each call and caller; every answer says in \`RateLimit\` what is left. A trailing slash is optional everywhere. Prices
are US dollars, times ISO 8601 in UTC.`;

/** The API's description in OpenAPI 3.1, made of the schemas that validate requests. */
export function openApiDocument(tickers: readonly string[]) {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'ApiKey', {
    type: 'apiKey',
    in: 'header',
    name: 'X-API-Key',
  });
  for (const operation of operations(tickers)) registry.registerPath(operation);
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Pricehook',
      version: VERSION,
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: [
      { name: 'users' },
      { name: 'prices' },
      { name: 'alerts' },
      { name: 'deliveries' },
      { name: 'operations' },
    ],
  });
}

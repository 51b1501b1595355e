import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { API_PREFIX } from '../context';
import { type ErrorDetails, errorsOf, LIMIT_HEADERS } from './errors';

export type { RouteConfig };

/** The body of a request or an answer, with an example. */
export function json<T extends z.ZodType>(schema: T, example?: NoInfer<z.input<T>>) {
  return { content: { 'application/json': { schema, ...(example !== undefined && { example }) } } };
}

/** The header by which a list goes on. */
export const NEXT_PAGE = {
  Link: {
    description: '`<…>; rel="next"`, where there are more (RFC 8288)',
    schema: { type: 'string' as const },
  },
};

/** The header of an answer that was given before. */
export const REPLAYED = {
  'Idempotency-Replayed': {
    description: '`true` where the answer is that to a request before',
    schema: { type: 'string' as const },
  },
};

/** What can be wrong with any body. */
export const BODY_ERRORS = {
  400: ['The body is empty; send a JSON object', 'The body is not valid JSON'],
  413: 'The body is larger than 64 kB',
  415: 'Send the body as application/json, in UTF-8 and not compressed',
} satisfies ErrorDetails;

/** What can be wrong with a body that may be left out. */
export const OPTIONAL_BODY_ERRORS = { ...BODY_ERRORS, 400: 'The body is not valid JSON' };

const COMMON_ERRORS = {
  500: 'Internal Server Error',
  503: 'The database is not reachable',
} satisfies ErrorDetails;

const KEY_ERRORS = { 401: ['Missing API Key in headers', 'Invalid API Key'] } satisfies ErrorDetails;

/** The `id` in a path. */
export function idOf(what: string) {
  return z.object({
    id: z.uuid().meta({ description: `The ${what}'s id`, example: '0b6f1f3e-5c1d-4d5a-9a51-3c7f2f3f9a10' }),
  });
}

/** A call under the prefix, with what is its own; its errors are told by what they say. */
export interface Call extends Omit<RouteConfig, 'path' | 'method'> {
  call: `${Uppercase<'get' | 'post' | 'patch' | 'delete'>} /${string}`;
  operationId: string;
  summary: string;
  tags: [string];
  /** How many requests in 10 seconds; 5 where it does not say. */
  tokens?: number;
  errors?: ErrorDetails;
}

/** What all limited calls share: the prefix, the key unless they say otherwise, the headers and the common errors. */
export function limited({ call, tokens = 5, errors = {}, ...operation }: Call): RouteConfig {
  const [method = '', path] = call.split(' ');
  const isOpen = operation.security?.length === 0;
  const all: ErrorDetails = {
    ...(!isOpen && KEY_ERRORS),
    ...COMMON_ERRORS,
    429: `Rate limit exceeded: ${tokens} requests in 10 seconds`,
    ...errors,
  };
  const responses = Object.entries({ ...operation.responses, ...errorsOf(all) }).map(([status, response]) => [
    status,
    // An answer without a key is told before anything is counted.
    {
      ...response,
      headers: { ...(status !== '401' && LIMIT_HEADERS), ...('headers' in response && response.headers) },
    },
  ]);
  return {
    security: [{ ApiKey: [] }],
    ...operation,
    method: method.toLowerCase() as RouteConfig['method'],
    path: API_PREFIX + path,
    description: [operation.description, `${tokens} requests in 10 seconds.`].filter(Boolean).join(' '),
    responses: Object.fromEntries(responses),
  };
}

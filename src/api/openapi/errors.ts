import { errorSchema, validationErrorSchema } from '../answers/errors';
import { type FieldError, httpError, validationError } from '../errors';

const ERRORS = {
  400: 'What was sent is not valid JSON, or is taken already',
  401: 'The API key is missing or wrong',
  403: 'Only operators, or pages of this origin, may do this',
  404: 'There is none, or it is not yours',
  409: 'It can not be done as things stand now',
  413: 'The body is too large',
  415: 'The body is not declared as what it has to be',
  422: 'A field can not be accepted',
  426: 'The call needs an upgrade to WebSocket, or `Accept: text/event-stream`',
  429: 'Rate limit exceeded',
  500: 'Something broke that nobody foresaw',
  503: 'A part that the answer needs is not available',
} as const;

type ErrorStatus = keyof typeof ERRORS;

/** By status what an answer's `detail` says, one or several; for 422 what is wrong with which field. */
export type ErrorDetails = { [status in Exclude<ErrorStatus, 422>]?: string | string[] } & {
  422?: FieldError | FieldError[];
};

const text = (description: string, example: string) => ({
  description,
  schema: { type: 'string' as const, example },
});

/** Headers of every answer of a limited call. */
export const LIMIT_HEADERS = {
  RateLimit: text(
    '`"default";r=` how many requests are left `;t=` seconds until there is one more',
    '"default";r=4;t=2',
  ),
  'RateLimit-Policy': text('`"default";q=` how many requests `;w=` in so many seconds', '"default";q=5;w=10'),
};

const RETRY_AFTER = {
  'Retry-After': {
    description: 'Wait for so many seconds',
    schema: { type: 'integer' as const, minimum: 1, example: 2 },
  },
};

const HEADERS: { [status in ErrorStatus]?: object } = {
  401: { 'WWW-Authenticate': text('Which key it takes', 'ApiKey realm="pricehook"') },
  415: { Accept: text('What the body can be', 'application/json') },
  429: { ...LIMIT_HEADERS, ...RETRY_AFTER },
  503: RETRY_AFTER,
};

/** The errors that an operation can answer with, each with an example of everything that its `detail` can say. */
export function errorsOf(details: ErrorDetails) {
  const statuses = Object.keys(details).map(Number) as ErrorStatus[];
  return Object.fromEntries(statuses.map((status) => [status, errorAnswer(status, details)]));
}

function errorAnswer(status: ErrorStatus, details: ErrorDetails) {
  const values = [details[status] ?? []].flat().map((detail) => exampleOf(status, detail));
  const examples = Object.fromEntries(
    values.map((value, index) => [`${status}${values.length > 1 ? `-${index + 1}` : ''}`, { value }]),
  );
  return {
    description: ERRORS[status],
    headers: { ...HEADERS[status] },
    content: {
      'application/json': { schema: status === 422 ? validationErrorSchema : errorSchema, examples },
    },
  };
}

/** Made by what writes the real ones. */
function exampleOf(status: ErrorStatus, detail: string | FieldError) {
  const error = typeof detail === 'string' ? httpError(status, detail) : validationError([detail]);
  return error.toJSON();
}

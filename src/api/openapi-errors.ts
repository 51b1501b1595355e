import { errorSchema, validationErrorSchema } from './answers';

const ERRORS = {
  400: 'What was sent is not valid JSON, or is taken already',
  401: 'The API key is missing or wrong',
  403: 'Only operators may do this',
  404: 'There is none, or it is not yours',
  409: 'An identical alert is active already, the alert has fired, or you have as many as are allowed of what it is about',
  413: 'The body is larger than 64 kB',
  415: 'The body is not declared as JSON',
  422: 'A field can not be accepted',
  429: 'Rate limit exceeded',
  500: 'Something broke that nobody foresaw',
  503: 'A part that the answer needs is not available',
} as const;

export type ErrorStatus = keyof typeof ERRORS;

const text = (description: string) => ({ description, schema: { type: 'string' as const } });

/** Headers of every answer of a limited call. */
export const LIMIT_HEADERS = {
  RateLimit: text('`"default";r=` how many requests are left `;t=` seconds until there is one more'),
  'RateLimit-Policy': text('`"default";q=` how many requests `;w=` in so many seconds'),
};

const RETRY_AFTER = {
  'Retry-After': { description: 'Wait for so many seconds', schema: { type: 'integer' as const } },
};

/** The errors that an operation can answer with, by status. */
export function errorsOf(...statuses: ErrorStatus[]) {
  return Object.fromEntries(statuses.map((status) => [status, errorAnswer(status)]));
}

function errorAnswer(status: ErrorStatus) {
  const schema = status === 422 ? validationErrorSchema : errorSchema;
  return {
    description: ERRORS[status],
    headers: {
      ...(status === 429 && LIMIT_HEADERS),
      ...((status === 429 || status === 503) && RETRY_AFTER),
    },
    content: { 'application/json': { schema } },
  };
}

import type { ValidationError } from './types';

/** A call that was not answered as hoped; `message` is a sentence for people. */
export class ApiFailure extends Error {
  constructor(
    /** The answer's status; 0 where there was none. */
    readonly status: number,
    message: string,
    /** What is wrong with which field of what was sent. */
    readonly fields: readonly { path: string; message: string }[] = [],
    readonly retryAfterMs: number | undefined = undefined,
  ) {
    super(message);
  }
}

/** Says in plain words what happened. */
export function plainWords(error: unknown): string {
  if (error instanceof ApiFailure) return error.message;
  throw error;
}

/** There is no answer at all. */
export const unreachable = () =>
  new ApiFailure(0, 'Pricehook can’t be reached. Is it running, and are you online?');

/**
 * Reads the failure out of an answer that is no success.
 * @param body the API's own, or whatever else stands in its way
 */
export function readFailure(response: Response, body: unknown): ApiFailure {
  const { detail, errors } = (body ?? {}) as Partial<ValidationError>;
  const said = typeof detail === 'string' ? detail : `The API answered ${response.status}.`;
  const fields = Array.isArray(errors) ? errors : [];
  return new ApiFailure(response.status, sentence(response.status, said), fields, retryAfterOf(response));
}

/** For how long the API asks to be left alone, in milliseconds. */
export function retryAfterOf(response: Response): number | undefined {
  const seconds = Number(response.headers.get('Retry-After') ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1_000 : undefined;
}

function sentence(status: number, detail: string): string {
  if (status === 429) return 'That was too often in a short time. Wait a few seconds and try again.';
  if (status === 500)
    return 'Something went wrong inside Pricehook; its log says what. Try again in a while.';
  const capital = detail.charAt(0).toUpperCase() + detail.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}

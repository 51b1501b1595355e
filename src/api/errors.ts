import type { Logger } from 'pino';
import type { ApiMiddleware } from './context';
import { isUnreachable } from './unreachable';

export type ErrorName = 'HTTPException' | 'ValidationError';

export interface FieldError {
  /** Dotted, such as `target_price`; empty for the body as a whole. */
  path: string;
  message: string;
}

/** An answer other than the one that was asked for; `detail` is for the caller to read. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly error: ErrorName,
    readonly detail: string,
    readonly more: { errors?: FieldError[]; headers?: Record<string, string> } = {},
  ) {
    super(detail);
  }

  toJSON() {
    const { errors } = this.more;
    return { error: this.error, detail: this.detail, code: this.status, ...(errors && { errors }) };
  }
}

/** Any error but a 422. */
export function httpError(status: number, detail: string, headers: Record<string, string> = {}): ApiError {
  return new ApiError(status, 'HTTPException', detail, { headers });
}

/** The answer must not grow out of proportion with what was sent. */
const MAX_FIELD_ERRORS = 20;
const MAX_PATH_LENGTH = 64;

/** The 422 for fields that can't be accepted; it tells of so many of them at most. */
export function validationError(all: readonly FieldError[], most = MAX_FIELD_ERRORS): ApiError {
  const errors = all.slice(0, most).map(({ path, message }) => ({ path: cut(path), message }));
  const left = all.length - errors.length;
  if (left > 0) errors.push({ path: '', message: `and ${left} more` });
  const detail = errors
    .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
    .join('; ');
  return new ApiError(422, 'ValidationError', detail, { errors });
}

const cut = (path: string) =>
  path.length > MAX_PATH_LENGTH ? `${path.slice(0, MAX_PATH_LENGTH - 1)}…` : path;

const UNREACHABLE_RETRY_SECONDS = '5';

/** Writes every error in the contract's form. One that nobody foresaw says nothing to the caller and all to the log. */
export function writeErrors(log: Logger): ApiMiddleware {
  return async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      const answer = error instanceof ApiError ? error : unforeseen(error);
      if (answer !== error) log.error({ err: error, requestId: ctx.state.requestId }, answer.detail);
      ctx.status = answer.status;
      ctx.set(answer.more.headers ?? {});
      ctx.body = answer;
    }
  };
}

function unforeseen(error: unknown): ApiError {
  return isUnreachable(error)
    ? httpError(503, 'The database is not reachable', { 'Retry-After': UNREACHABLE_RETRY_SECONDS })
    : httpError(500, 'Internal Server Error');
}

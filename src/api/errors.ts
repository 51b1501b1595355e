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

/** The 422 for fields that can't be accepted. */
export function validationError(errors: FieldError[]): ApiError {
  const detail = errors
    .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
    .join('; ');
  return new ApiError(422, 'ValidationError', detail, { errors });
}

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

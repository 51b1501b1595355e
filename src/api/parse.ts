import type { z } from 'zod';
import type { ApiContext } from './context';
import { type FieldError, validationError } from './errors';

/**
 * What was sent, as the schema has it.
 * @param unknown what is said of a name that the schema does not have
 * @throws ApiError 422 where it is not what the schema wants
 */
export function parse<T extends z.ZodType>(schema: T, sent: unknown, unknown: string): z.output<T> {
  const parsed = schema.safeParse(sent);
  if (parsed.success) return parsed.data;
  throw validationError(faultsOf(parsed.error, unknown));
}

/** What is wrong, field by field. */
export function faultsOf({ issues }: z.ZodError, unknown: string): FieldError[] {
  return issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: [...issue.path, key].join('.'), message: unknown }))
      : [{ path: issue.path.join('.'), message: issue.message }],
  );
}

/**
 * The request's query parameters, as the schema has them; one that comes twice is a list.
 * @throws ApiError 422
 */
export function readQuery<T extends z.ZodType>(ctx: ApiContext, schema: T): z.output<T> {
  return parse(schema, { ...ctx.query }, 'Unknown parameter');
}

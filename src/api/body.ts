import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import type { ApiContext } from './context';
import { httpError } from './errors';
import { parse } from './parse';

const MAX_BODY_BYTES = 64 * 1024;

/**
 * The request's JSON body, as the schema has it.
 * @throws ApiError 413, 415, 400 (not JSON) or 422 (not what the schema wants)
 */
export async function readBody<T extends z.ZodType>(ctx: ApiContext, schema: T): Promise<z.output<T>> {
  return parse(schema, await readJson(ctx.req), 'Unknown field');
}

/**
 * As `readBody`, for calls that can be made without one: nothing at all is an empty object.
 * @throws ApiError 413, 415, 400 or 422
 */
export async function readOptionalBody<T extends z.ZodType>(
  ctx: ApiContext,
  schema: T,
): Promise<z.output<T>> {
  return parse(schema, await readJson(ctx.req, {}), 'Unknown field');
}

async function readJson(req: IncomingMessage, ifEmpty?: unknown): Promise<unknown> {
  const bytes = await readBytes(req);
  if (bytes.length === 0 && ifEmpty !== undefined) return ifEmpty;
  if (bytes.length === 0) throw httpError(400, 'The body is empty; send a JSON object');
  assertJsonType(req);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw httpError(400, 'The body is not valid JSON');
  }
}

function assertJsonType(req: IncomingMessage): void {
  const type = req.headers['content-type'] ?? '';
  const charset = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(type)?.[1] ?? 'utf-8';
  const isJson = /^\s*application\/json\s*(;|$)/i.test(type) && /^utf-?8$/i.test(charset);
  const isPlain = /^(identity)?$/i.test(req.headers['content-encoding'] ?? '');
  if (isJson && isPlain) return;
  throw httpError(415, 'Send the body as application/json, in UTF-8 and not compressed', {
    Accept: 'application/json',
  });
}

/** Stops at the limit; what still comes is read and dropped by Node once the answer is out. */
function readBytes(req: IncomingMessage): Promise<Buffer> {
  const tooLarge = httpError(413, `The body is larger than ${MAX_BODY_BYTES / 1024} kB`);
  if (Number(req.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return Promise.reject(tooLarge);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    req.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= MAX_BODY_BYTES) chunks.push(chunk);
      else reject(tooLarge);
    });
    req.on('end', () => resolve(Buffer.concat(chunks)));
    req.on('error', () => reject(httpError(400, 'The body broke off')));
  });
}

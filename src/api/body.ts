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
  const bytes = await readBytes(req, MAX_BODY_BYTES);
  if (bytes.length === 0 && ifEmpty !== undefined) return ifEmpty;
  if (bytes.length === 0) throw httpError(400, 'The body is empty; send a JSON object');
  typeOf(req, ['application/json']);
  return jsonOf(bytes);
}

/**
 * The request's body as text, of one of these types.
 * @throws ApiError 413, 415 or 400 (nothing, or not UTF-8)
 */
export async function readText<T extends string>(
  ctx: ApiContext,
  { types, maxBytes }: { types: readonly T[]; maxBytes: number },
): Promise<{ type: T; text: string }> {
  const bytes = await readBytes(ctx.req, maxBytes);
  if (bytes.length === 0) throw httpError(400, 'The body is empty');
  const type = typeOf(ctx.req, types);
  try {
    return { type, text: decoded(bytes) };
  } catch {
    throw httpError(400, 'The body is not valid UTF-8');
  }
}

/**
 * What JSON says.
 * @throws ApiError 400
 */
export function jsonOf(body: Buffer | string): unknown {
  try {
    return JSON.parse(typeof body === 'string' ? body : decoded(body));
  } catch {
    throw httpError(400, 'The body is not valid JSON');
  }
}

const decoded = (bytes: Buffer) => new TextDecoder('utf-8', { fatal: true }).decode(bytes);

/** Which of these types the body has. */
function typeOf<T extends string>(req: IncomingMessage, types: readonly T[]): T {
  const type = req.headers['content-type'] ?? '';
  const charset = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(type)?.[1] ?? 'utf-8';
  const [, name = ''] = /^\s*([^\s;]+)\s*(?:;|$)/.exec(type) ?? [];
  const found = types.find((one) => one === name.toLowerCase());
  const isPlain = /^(identity)?$/i.test(req.headers['content-encoding'] ?? '');
  if (found !== undefined && /^utf-?8$/i.test(charset) && isPlain) return found;
  throw httpError(415, `Send the body as ${types.join(' or ')}, in UTF-8 and not compressed`, {
    Accept: types.join(', '),
  });
}

/** Stops at the limit; what still comes is read and dropped by Node once the answer is out. */
function readBytes(req: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = httpError(413, `The body is larger than ${maxBytes / 1024} kB`);
  if (Number(req.headers['content-length'] ?? 0) > maxBytes) return Promise.reject(tooLarge);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    req.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBytes) chunks.push(chunk);
      else reject(tooLarge);
    });
    req.on('end', () => resolve(Buffer.concat(chunks)));
    req.on('error', () => reject(httpError(400, 'The body broke off')));
  });
}

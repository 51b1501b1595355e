import { apiKey, signOut } from '../session';
import { ApiFailure, readFailure } from './failure';
import { Limiter } from './limiter';

const PREFIX = '/api/v1';
const PATIENCE_MS = 30_000;
/** Refused for being too early, a call did nothing, so any call can be made again. */
const TRIES = 4;
const FIRST_HOLD_MS = 2_000;
/** Registration is allowed less often than all other calls. */
const TOKENS: Record<string, number> = { 'POST /users/register': 2 };

const limiters = new Map<string, Limiter>();

export interface Call {
  /** What stands for `{…}` in the path, in order. */
  params?: string[];
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
  /** Another key than that of the session. */
  key?: string;
}

/**
 * Calls the API.
 * @param route method and pattern, such as `GET /alerts/{id}`; the API counts calls by it
 * @throws ApiFailure
 */
export async function call<T>(route: string, options: Call = {}): Promise<T> {
  return (await exchange<T>(route, options)).body;
}

/** The same for lists in pages: the answer, and whether there is more. */
export async function callPage<T>(route: string, options: Call = {}): Promise<{ body: T; next?: string }> {
  const { body, headers } = await exchange<T>(route, options);
  const next = /<([^>]+)>; rel="next"/.exec(headers.get('Link') ?? '')?.[1];
  const cursor = next && new URL(next, location.origin).searchParams.get('cursor');
  return { body, ...(cursor && { next: cursor }) };
}

async function exchange<T>(route: string, options: Call): Promise<{ body: T; headers: Headers }> {
  const key = options.key ?? apiKey.value;
  for (let attempt = 1; ; attempt += 1) {
    const limiter = limiterOf(route);
    await limiter.turn();
    const response = await send(route, options, key).finally(() => limiter.answered());
    if (response.ok) {
      const text = await response.text();
      return { body: (text ? JSON.parse(text) : undefined) as T, headers: response.headers };
    }
    const failure = await readFailure(response);
    if (response.status === 429) limiter.hold(failure.retryAfterMs ?? FIRST_HOLD_MS);
    if (response.status === 429 && attempt < TRIES) continue;
    if (response.status === 401 && key !== null && key === apiKey.value)
      signOut('Your key is no longer accepted. Sign in with another one.');
    throw failure;
  }
}

async function send(route: string, { params = [], query = {}, body }: Call, key: string | null) {
  const [method, pattern] = route.split(' ') as [string, string];
  const left = [...params];
  const path = pattern.replaceAll(/\{\w+\}/g, () => encodeURIComponent(left.shift() ?? ''));
  const url = new URL(PREFIX + path, location.origin);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  try {
    return await fetch(url, {
      method,
      headers: {
        ...(key !== null && { 'X-API-Key': key }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch {
    throw new ApiFailure(0, 'Pricehook can’t be reached. Is it running, and are you online?');
  }
}

function limiterOf(route: string): Limiter {
  const known = limiters.get(route);
  if (known) return known;
  const made = new Limiter(TOKENS[route] ?? 5);
  limiters.set(route, made);
  return made;
}

import { apiKey, signOut } from '../session';
import { retryAfterOf, unreachable } from './failure';
import { Limiter } from './limiter';

const PATIENCE_MS = 30_000;
/** Refused for being too early, a call did nothing, so any call can be made again. */
const TRIES = 4;
const FIRST_HOLD_MS = 2_000;
/** Registration is allowed less often than all other calls. */
const TOKENS: Record<string, number> = { 'POST /users/register': 2 };

const limiters = new Map<string, Limiter>();

/**
 * Sends a request when its route allows it, and again where that was too early all the same. A key that is refused signs out.
 * @returns the answer, whatever it is
 * @throws ApiFailure where there is none
 */
export async function fetchInTurn(route: string, request: Request): Promise<Response> {
  const limiter = limiterOf(route);
  for (let attempt = 1; ; attempt += 1) {
    await limiter.turn();
    const response = await send(request).finally(() => limiter.answered());
    if (response.status === 401) leave(request.headers.get('X-API-Key'));
    if (response.status !== 429) return response;
    limiter.hold(retryAfterOf(response) ?? FIRST_HOLD_MS);
    if (attempt === TRIES) return response;
    await response.body?.cancel();
  }
}

async function send(request: Request): Promise<Response> {
  try {
    return await fetch(request.clone(), { signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch {
    throw unreachable();
  }
}

/** @param refused a call made with the key of before says nothing of that of now */
function leave(refused: string | null): void {
  if (refused !== null && refused === apiKey.value)
    signOut('Your key is no longer accepted. Sign in with another one.');
}

function limiterOf(route: string): Limiter {
  const known = limiters.get(route);
  if (known) return known;
  const made = new Limiter(TOKENS[route] ?? 5);
  limiters.set(route, made);
  return made;
}

import { LRUCache } from 'lru-cache';
import pLimit, { type Limit } from 'p-limit';
import { httpError } from './errors';

const WRONG_KEYS = 60;
const WINDOW_MS = 10_000;
const CLIENTS = 10_000;
/** As many as the pool has connections: more would only wait there, and get in before the first is known to be wrong. */
const AT_ONCE = 10;

interface Client {
  wrong: number;
  atOnce: Limit;
}

/**
 * Bounds what guessing costs the database: whoever came with 60 wrong keys in 10 s has none looked up until these 10 s
 * are over. Counted in each process, since a count in the database would cost what it is to save.
 */
export class WrongKeys {
  readonly #clients: LRUCache<string, Client>;
  readonly #windowMs: number;

  constructor(windowMs = WINDOW_MS) {
    this.#windowMs = windowMs;
    this.#clients = new LRUCache({ max: CLIENTS, ttl: windowMs });
  }

  /**
   * What the look-up finds, counted against the client when that is nothing.
   * @throws ApiError 429 in place of the look-up
   */
  lookUp<T>(client: string, lookUp: () => Promise<T | undefined>): Promise<T | undefined> {
    const known = this.#client(client);
    return known.atOnce(async () => {
      if (known.wrong >= WRONG_KEYS) throw this.#refusal(client);
      const found = await lookUp();
      if (found === undefined) known.wrong += 1;
      return found;
    });
  }

  #client(name: string): Client {
    const known = this.#clients.get(name);
    if (known !== undefined) return known;
    const client = { wrong: 0, atOnce: pLimit(AT_ONCE) };
    this.#clients.set(name, client);
    return client;
  }

  #refusal(client: string) {
    const seconds = String(Math.max(1, Math.ceil(this.#clients.getRemainingTTL(client) / 1_000)));
    const windowSeconds = this.#windowMs / 1_000;
    return httpError(429, `Rate limit exceeded: ${WRONG_KEYS} wrong keys in ${windowSeconds} seconds`, {
      'Retry-After': seconds,
      'RateLimit-Policy': `"default";q=${WRONG_KEYS};w=${windowSeconds}`,
      RateLimit: `"default";r=0;t=${seconds}`,
    });
  }
}

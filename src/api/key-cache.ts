import { timingSafeEqual } from 'node:crypto';
import type { Kysely } from 'kysely';
import { LRUCache } from 'lru-cache';
import { findApiKey } from '../db/api-keys';
import type { Database } from '../db/schema';
import { hashApiKey, isApiKey } from './api-key';
import { WrongKeys } from './wrong-keys';

const CAPACITY = 10_000;
const TTL_MS = 3_600_000;

/**
 * Whose key is it? Good answers are remembered for an hour, but only while revocations are heard of: whoever listens
 * to them tells this cache by `up`, `down` and `revoked`.
 */
export class KeyCache {
  readonly #db: Kysely<Database>;
  readonly #owners = new LRUCache<string, { userId: string; hash: Buffer }>({ max: CAPACITY, ttl: TTL_MS });
  /** Look-ups under way, so that one that a revocation overtakes is not remembered. */
  readonly #lookups = new Set<{ hex: string; overtaken: boolean }>();
  readonly #wrongKeys = new WrongKeys();
  #isUp = false;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /**
   * The owner's id; undefined for a key that is wrong, revoked, or of a user who is shut out.
   * @param client whose wrong keys are counted; nobody's, where it is left out
   * @throws ApiError 429 where the client had too many wrong ones for this one to be looked up
   */
  findOwner(key: string, client?: string): string | Promise<string | undefined> {
    const hex = hashApiKey(key);
    // Found by the digest of what was sent: how long that takes tells nothing about other keys.
    const cached = this.#isUp ? this.#owners.get(hex) : undefined;
    return cached === undefined ? this.#findKey(key, hex, client) : cached.userId;
  }

  async #findKey(key: string, hex: string, client?: string): Promise<string | undefined> {
    if (!isApiKey(key)) return undefined;
    const hash = Buffer.from(hex, 'hex');
    const lookUp = () => this.#lookUp(hex, hash);
    const found = await (client === undefined ? lookUp() : this.#wrongKeys.lookUp(client, lookUp));
    return found !== undefined && timingSafeEqual(found.hash, hash) ? found.userId : undefined;
  }

  async #lookUp(hex: string, hash: Buffer) {
    const lookup = { hex, overtaken: !this.#isUp };
    this.#lookups.add(lookup);
    try {
      const found = await findApiKey(this.#db, hash);
      if (found !== undefined && !lookup.overtaken) this.#owners.set(hex, found);
      return found;
    } finally {
      this.#lookups.delete(lookup);
    }
  }

  /** A user's keys may no longer be good: this process does not wait until it hears of that. */
  forget(userId: string): void {
    for (const [hex, owner] of this.#owners.entries()) {
      if (owner.userId === userId) this.#owners.delete(hex);
    }
    for (const lookup of this.#lookups) lookup.overtaken = true;
  }

  /** Revocations are heard of from now on. */
  up(): void {
    this.#isUp = true;
  }

  /** Revocations may be missed from now on. */
  down(): void {
    this.#isUp = false;
    this.#owners.clear();
    for (const lookup of this.#lookups) lookup.overtaken = true;
  }

  /** A key, by its hash in hex, is no longer good. */
  revoked(hex: string): void {
    this.#owners.delete(hex);
    for (const lookup of this.#lookups) {
      if (lookup.hex === hex) lookup.overtaken = true;
    }
  }
}

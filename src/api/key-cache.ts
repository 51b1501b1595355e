import { timingSafeEqual } from 'node:crypto';
import type { Kysely } from 'kysely';
import { LRUCache } from 'lru-cache';
import { type FoundKey, findApiKey } from '../db/api-keys';
import type { Database } from '../db/schema';
import { hashApiKey, isApiKey } from './api-key';
import { WrongKeys } from './wrong-keys';

const CAPACITY = 10_000;
const TTL_MS = 3_600_000;
const NOTE_USE_EVERY_MS = 60_000;

interface Owner {
  userId: string;
  /** When a use of the key was last noted; milliseconds of the monotonic clock. */
  notedMs: number;
}

/**
 * Whose key is it? Good answers are remembered for an hour, or until the key ends, but only while revocations are heard of: whoever listens
 * to them tells this cache by `up`, `down` and `revoked`.
 */
export class KeyCache {
  readonly #db: Kysely<Database>;
  readonly #owners = new LRUCache<string, Owner>({ max: CAPACITY, ttl: TTL_MS });
  /** Hashes, in hex, of the keys that were used and not written down yet. */
  #used = new Set<string>();
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
    if (cached === undefined) return this.#findKey(key, hex, client);
    if (performance.now() - cached.notedMs >= NOTE_USE_EVERY_MS) this.#noteUse(hex, cached);
    return cached.userId;
  }

  async #findKey(key: string, hex: string, client?: string): Promise<string | undefined> {
    if (!isApiKey(key)) return undefined;
    const hash = Buffer.from(hex, 'hex');
    const lookUp = () => this.#lookUp(hex, hash);
    const found = await (client === undefined ? lookUp() : this.#wrongKeys.lookUp(client, lookUp));
    if (found === undefined || !timingSafeEqual(found.hash, hash)) return undefined;
    this.#noteUse(hex, this.#owners.peek(hex));
    return found.userId;
  }

  async #lookUp(hex: string, hash: Buffer) {
    const lookup = { hex, overtaken: !this.#isUp };
    this.#lookups.add(lookup);
    try {
      const found = await findApiKey(this.#db, hash);
      if (found !== undefined && !lookup.overtaken) this.#remember(hex, found);
      return found;
    } finally {
      this.#lookups.delete(lookup);
    }
  }

  #remember(hex: string, { userId, expiresInMs }: FoundKey): void {
    const ttl = Math.min(TTL_MS, expiresInMs ?? TTL_MS);
    // Shorter than a millisecond would mean for ever.
    if (ttl >= 1) this.#owners.set(hex, { userId, notedMs: performance.now() }, { ttl: Math.floor(ttl) });
  }

  #noteUse(hex: string, owner: Owner | undefined): void {
    if (owner !== undefined) owner.notedMs = performance.now();
    this.#used.add(hex);
  }

  /** The keys, by their hashes in hex, that were used since they were last taken; each about once a minute. */
  takeUsed(): string[] {
    const used = [...this.#used];
    this.#used = new Set();
    return used;
  }

  /** What was taken and could not be written down. */
  putBackUsed(hexes: string[]): void {
    for (const hex of hexes) this.#used.add(hex);
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

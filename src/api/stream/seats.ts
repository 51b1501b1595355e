/** A place among the streams of this process. */
export interface Seat {
  /**
   * Says whose it is.
   * @returns false where that user has as many as one may have, or the seat is free again
   */
  give(userId: string): boolean;
  free(): void;
}

/** How many streams there may be, in all and of one user. */
export class Seats {
  readonly #limits: { inAll: number; perUser: number };
  readonly #ofUsers = new Map<string, number>();
  #taken = 0;

  constructor(limits: { inAll: number; perUser: number }) {
    this.#limits = limits;
  }

  /** A seat that is nobody's yet; undefined where all are taken. */
  take(): Seat | undefined {
    if (this.#taken >= this.#limits.inAll) return undefined;
    this.#taken += 1;
    let owner: string | undefined;
    let isFree = false;
    return {
      give: (userId) => {
        const before = this.#ofUsers.get(userId) ?? 0;
        if (isFree || before >= this.#limits.perUser) return false;
        this.#ofUsers.set(userId, before + 1);
        owner = userId;
        return true;
      },
      free: () => {
        if (isFree) return;
        isFree = true;
        this.#taken -= 1;
        if (owner !== undefined) this.#leave(owner);
      },
    };
  }

  #leave(userId: string): void {
    const left = (this.#ofUsers.get(userId) ?? 1) - 1;
    if (left === 0) this.#ofUsers.delete(userId);
    else this.#ofUsers.set(userId, left);
  }
}

/** A place among the streams of this process. */
export interface Seat {
  /**
   * Says whose it is.
   * @returns false where that user has as many as one may have, or the seat is free again
   */
  give(userId: string): boolean;
  free(): void;
}

/** How many streams there may be: in all, from one network, and of one user. */
export class Seats {
  readonly #limits: { inAll: number; perNetwork: number; perUser: number };
  readonly #ofUsers = new Map<string, number>();
  readonly #ofNetworks = new Map<string, number>();
  #taken = 0;

  constructor(limits: { inAll: number; perNetwork: number; perUser: number }) {
    this.#limits = limits;
  }

  /**
   * A seat that is nobody's yet; undefined where all are taken, or its network has as many as one may have.
   * @param network where the client is; undefined: it is not counted
   */
  take(network: string | undefined): Seat | undefined {
    if (this.#taken >= this.#limits.inAll) return undefined;
    if (network !== undefined && !enter(this.#ofNetworks, network, this.#limits.perNetwork)) return undefined;
    this.#taken += 1;
    let owner: string | undefined;
    let isFree = false;
    return {
      give: (userId) => {
        if (isFree || !enter(this.#ofUsers, userId, this.#limits.perUser)) return false;
        owner = userId;
        return true;
      },
      free: () => {
        if (isFree) return;
        isFree = true;
        this.#taken -= 1;
        if (network !== undefined) leave(this.#ofNetworks, network);
        if (owner !== undefined) leave(this.#ofUsers, owner);
      },
    };
  }
}

function enter(counts: Map<string, number>, name: string, most: number): boolean {
  const before = counts.get(name) ?? 0;
  if (before >= most) return false;
  counts.set(name, before + 1);
  return true;
}

function leave(counts: Map<string, number>, name: string): void {
  const left = (counts.get(name) ?? 1) - 1;
  if (left === 0) counts.delete(name);
  else counts.set(name, left);
}

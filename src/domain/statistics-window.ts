import { type Moments, merged, NO_MOMENTS, withValue } from './statistics-moments';

/** What a window holds at one minute. */
export interface WindowContent {
  /** Of the closes, less `pivot`: small numbers keep digits that prices such as 1e9 would lose. */
  moments: Moments;
  pivot: number;
  /** How many log returns there are, and the sum of their squares. */
  returns: number;
  squares: number;
}

interface Part extends WindowContent {}

const NOTHING: Part = { moments: NO_MOMENTS, pivot: 0, returns: 0, squares: 0 };

/**
 * A window that slides over minutes, in amortised constant time for each and without ever taking a value out again, which
 * would let errors grow: minutes are cut into blocks of the window's length, and a window is the end of one block
 * joined to the beginning of the next (M. van Herk, "A fast algorithm for local minimum and maximum filters", Pattern
 * Recognition Letters 13 (1992)).
 *
 * The blocks are those of the clock. So what comes out depends on the window's own minutes alone, to the last bit,
 * wherever the walk began: an hour computed by itself equals the same hour out of a year.
 */
export class RollingWindow {
  readonly #minutes: number;
  /** The block that is being walked through: closes and squared returns, NaN where there is none. */
  readonly #closes: Float64Array;
  readonly #squares: Float64Array;
  #block = Number.NEGATIVE_INFINITY;
  /** The ends of the block before, by where they begin. */
  #ends: Part[];
  #beginning: Part = NOTHING;

  /** @param minutes its length */
  constructor(minutes: number) {
    this.#minutes = minutes;
    this.#closes = new Float64Array(minutes).fill(Number.NaN);
    this.#squares = new Float64Array(minutes).fill(Number.NaN);
    this.#ends = new Array<Part>(minutes + 1).fill(NOTHING);
  }

  /**
   * Takes in the close of a later minute than all before; minutes that are left out are gaps.
   * @param minute Unix time in minutes
   * @param square the squared log return since the minute before; null where that minute is missing
   */
  add(minute: number, close: number, square: number | null): WindowContent {
    const block = Math.floor(minute / this.#minutes);
    const place = minute - block * this.#minutes;
    if (block !== this.#block) this.#enter(block);
    this.#closes[place] = close;
    if (square !== null) this.#squares[place] = square;
    this.#beginning = extended(this.#beginning, close, square ?? Number.NaN);
    return joined(this.#ends[place + 1] as Part, this.#beginning);
  }

  /** What `add` would answer, without taking the minute in. */
  peek(minute: number, close: number, square: number | null): WindowContent {
    const block = Math.floor(minute / this.#minutes);
    if (block !== this.#block) this.#enter(block);
    const place = minute - block * this.#minutes;
    const beginning = extended(this.#beginning, close, square ?? Number.NaN);
    return joined(this.#ends[place + 1] as Part, beginning);
  }

  #enter(block: number): void {
    if (block === this.#block + 1) {
      let part = NOTHING;
      for (let place = this.#minutes - 1; place > 0; place -= 1) {
        const close = this.#closes[place] as number;
        if (!Number.isNaN(close)) part = extended(part, close, this.#squares[place] as number);
        this.#ends[place] = part;
      }
    } else {
      this.#ends.fill(NOTHING);
    }
    this.#closes.fill(Number.NaN);
    this.#squares.fill(Number.NaN);
    this.#beginning = NOTHING;
    this.#block = block;
  }
}

function extended(part: Part, close: number, square: number): Part {
  // The first close lies in every window that holds anything of this part.
  const pivot = part.moments.count === 0 ? close : part.pivot;
  const hasReturn = !Number.isNaN(square);
  return {
    moments: withValue(part.moments, close - pivot),
    pivot,
    returns: part.returns + (hasReturn ? 1 : 0),
    squares: part.squares + (hasReturn ? square : 0),
  };
}

function joined(end: Part, beginning: Part): Part {
  if (end.moments.count === 0) return beginning;
  const { pivot } = beginning;
  const moved = { ...end.moments, mean: end.moments.mean + (end.pivot - pivot) };
  return {
    moments: merged(moved, beginning.moments),
    pivot,
    returns: end.returns + beginning.returns,
    squares: end.squares + beginning.squares,
  };
}

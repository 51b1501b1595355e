/** One minute of a replayed price; prices with the recorded number of decimals. */
export interface ReplayedMinute {
  /** Its beginning, Unix milliseconds. */
  minuteMs: number;
  open: string;
  high: string;
  low: string;
  close: string;
}

/** What a stand-in knows when it answers: the replayed prices under its exchange's own symbols. */
export interface View {
  /** The price of a symbol, with the recorded number of decimals; null where the exchange does not list it. */
  priceOf(symbol: string): string | null;
  /**
   * A symbol's minutes from `fromMs` to `toMs`, both included, up to the one that is under way; those of which there
   * is no price are left out. Null where the exchange does not list it.
   */
  minutesOf(symbol: string, fromMs: number, toMs: number): ReplayedMinute[] | null;
  /** All symbols that the exchange lists. */
  symbols: string[];
  nowMs: number;
}

/** A JSON reply. */
export interface Reply {
  status: number;
  body: unknown;
}

/** How one exchange speaks. */
export interface Exchange {
  /** Whether a path is one of this exchange's endpoints: of prices, or of past minutes. */
  owns(path: string): boolean;
  /** What it answers there. */
  answer(url: URL, view: View): Reply;
  /** The body of its 429. */
  tooOften: unknown;
}

/** A price without the zeros at its end: "85890.10" is "85890.1", "85890.00" is "85890". */
export function trimZeros(price: string): string {
  return price.includes('.') ? price.replace(/\.?0+$/, '') : price;
}

/** A price filled up with zeros to so many decimals: "85890.1" is "85890.10000000". */
export function padZeros(price: string, decimals: number): string {
  const [whole, fraction = ''] = price.split('.');
  return `${whole}.${fraction.padEnd(decimals, '0')}`;
}

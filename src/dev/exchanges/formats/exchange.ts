/** What a stand-in knows when it answers: the replayed prices under its exchange's own symbols. */
export interface View {
  /** The price of a symbol, with the recorded number of decimals; null where the exchange does not list it. */
  priceOf(symbol: string): string | null;
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
  /** Whether a path is this exchange's price endpoint. */
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

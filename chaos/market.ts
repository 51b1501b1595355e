import type { Condition } from '../src/domain/alert';
import type { Random } from './random';

/** A price at a time in milliseconds after the market opens; between corners it moves in a straight line. */
type Corner = readonly [atMs: number, price: number];

interface Path {
  decimals: number;
  corners: Corner[];
}

export type Ticker = 'BTC' | 'ETH' | 'SOL';

/** A line that is drawn, and when the price first crosses it; null for one that it never reaches. */
export interface Line {
  ticker: Ticker;
  condition: Condition;
  target: number;
  crossedAtMs: number | null;
}

const START = { BTC: 60_000, ETH: 3_000, SOL: 150 } as const;
/** How far BTC rises and ETH falls in all, and how far from its start SOL swings in the end. */
const MOVE = 0.05;
const SWING = 0.015;
const LEG_MS = 6_000;
/** In the end SOL stays beyond its highest line for so long, and then beyond its lowest one for ever. */
const HOLD_MS = 12_000;

/**
 * BTC rises, ETH falls, and SOL swings farther out with each leg: of a line at its turn, the price is beyond for a moment
 * only, so that a firing that was lost would not come again by itself. All moves are too slow for the sources of one tick,
 * which are asked seconds apart at worst, to contradict each other.
 */
export function marketPaths(overMs: number): Record<Ticker, Path> {
  const { count, lengthMs, turn } = legs(overMs);
  const swings = Array.from({ length: count + 1 }, (_, leg): Corner => [leg * lengthMs, turn(leg)]);
  const end = turn(count + 1);
  return {
    BTC: { decimals: 2, corners: straight(START.BTC, MOVE, overMs) },
    ETH: { decimals: 3, corners: straight(START.ETH, -MOVE, overMs) },
    SOL: {
      decimals: 4,
      corners: [...swings, [overMs + HOLD_MS, turn(count)], [overMs + HOLD_MS + LEG_MS, end]],
    },
  };
}

/** Some way beyond the last line, so that none is left over. */
const straight = (from: number, move: number, overMs: number): Corner[] => [
  [0, from],
  [overMs * 1.02, from * (1 + move * 1.02)],
];

function legs(overMs: number) {
  const count = Math.max(2, Math.round(overMs / LEG_MS));
  const far = (leg: number) => (SWING * Math.max(0, leg)) / count;
  const side = (leg: number) => (leg % 2 === 0 ? 1 : -1);
  return {
    count,
    lengthMs: overMs / count,
    far,
    side,
    turn: (leg: number) => START.SOL * (1 + side(leg) * far(leg)),
  };
}

/** The price at a time; before the first corner and after the last it stands still. */
export function priceAt({ corners }: Path, atMs: number): number {
  const next = corners.findIndex(([cornerMs]) => cornerMs > atMs);
  if (next < 0) return (corners.at(-1) as Corner)[1];
  const [toMs, to] = corners[next] as Corner;
  const [fromMs, from] = corners[next - 1] ?? ([toMs - 1, to] as const);
  return from + ((to - from) * (atMs - fromMs)) / (toMs - fromMs);
}

/** When all prices stand still, in milliseconds after the market opens. */
export const stillAtMs = (overMs: number) => overMs + HOLD_MS + LEG_MS;

/** Draws lines that the market crosses one after the other, evenly over the time, and some that it never reaches. */
export function drawLines(random: Random, count: { crossed: number; never: number }, overMs: number): Line[] {
  const taken = new Set<string>();
  const unique = (draw: () => Line): Line => {
    for (;;) {
      const line = draw();
      const key = `${line.ticker} ${line.condition} ${line.target}`;
      if (taken.has(key)) continue;
      taken.add(key);
      return line;
    }
  };
  const crossed = Array.from({ length: count.crossed }, (_, index) =>
    unique(() => crossedLine(random, ((index + random.between(0, 1)) / count.crossed) * overMs, overMs)),
  );
  const never = Array.from({ length: count.never }, () => unique(() => lineOutOfReach(random)));
  return [...crossed, ...never];
}

function crossedLine(random: Random, atMs: number, overMs: number): Line {
  const paths = marketPaths(overMs);
  const ticker = random.weighted({ BTC: 2, ETH: 2, SOL: 1 });
  if (ticker !== 'SOL') {
    const target = rounded(priceAt(paths[ticker], atMs), paths[ticker].decimals);
    return { ticker, condition: ticker === 'BTC' ? 'gt' : 'lt', target, crossedAtMs: atMs };
  }
  const { count, lengthMs, far, side, turn } = legs(overMs);
  const leg = Math.min(count, Math.floor(atMs / lengthMs) + 1);
  // Beyond where the price has been before, on this leg's side.
  const price = START.SOL * (1 + side(leg) * random.between(far(leg - 2), far(leg)));
  const share = (price - turn(leg - 1)) / (turn(leg) - turn(leg - 1));
  return {
    ticker,
    condition: side(leg) > 0 ? 'gt' : 'lt',
    target: rounded(price, paths.SOL.decimals),
    crossedAtMs: (leg - 1 + share) * lengthMs,
  };
}

function lineOutOfReach(random: Random): Line {
  const ticker = random.pick(['BTC', 'ETH', 'SOL'] as const);
  const condition = random.pick(['gt', 'lt'] as const);
  const away = random.between(1.1, 1.5);
  const target = rounded(condition === 'gt' ? START[ticker] * away : START[ticker] / away, 2);
  return { ticker, condition, target, crossedAtMs: null };
}

const rounded = (price: number, decimals: number) => Number(price.toFixed(decimals));

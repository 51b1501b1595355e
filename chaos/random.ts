import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Draws that the seed decides: the same seed and the same calls give the same values on every machine. */
export interface Random {
  /** A number from `min` up to but not including `max`. */
  between(min: number, max: number): number;
  pick<T>(list: readonly T[]): T;
  /** One of the names, each as often as its weight says. */
  weighted<T extends string>(weights: Record<T, number>): T;
  /** The list in another order. */
  shuffled<T>(list: readonly T[]): T[];
}

/** A generator of draws; `seed` is a whole number of 32 bits. */
export function seededRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  const between = (min: number, max: number) => min + (max - min) * uniformFloat64(generator);
  const pick = <T>(list: readonly T[]) => list[uniformInt(generator, 0, list.length - 1)] as T;
  return {
    between,
    pick,
    weighted(weights) {
      const entries = Object.entries(weights) as [keyof typeof weights, number][];
      let left = between(
        0,
        entries.reduce((sum, [, weight]) => sum + weight, 0),
      );
      for (const [name, weight] of entries) {
        left -= weight;
        if (left < 0) return name;
      }
      return (entries.at(-1) as (typeof entries)[number])[0];
    },
    shuffled(list) {
      const rest = [...list];
      return list.map(
        () => rest.splice(uniformInt(generator, 0, rest.length - 1), 1)[0] as (typeof list)[number],
      );
    },
  };
}

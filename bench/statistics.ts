import { median, quantileSorted } from 'simple-statistics';

/** The value below which a share of the values lies (0.5: the median); needs at least one value. */
export function percentile(values: number[], share: number): number {
  return quantileSorted(
    [...values].sort((a, b) => a - b),
    share,
  );
}

export { median };

/** The median of ours by the median of the floor's. */
export function ratioOf(ours: number[], floor: number[]): number {
  return median(ours) / median(floor);
}

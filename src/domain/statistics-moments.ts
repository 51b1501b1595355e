/** Count, mean and sum of squared deviations of some values: all that mean and standard deviation need. */
export interface Moments {
  count: number;
  mean: number;
  /** Σ (x − mean)² */
  m2: number;
}

export const NO_MOMENTS: Moments = { count: 0, mean: 0, m2: 0 };

/**
 * The moments with one more value.
 *
 * B. P. Welford, "Note on a method for calculating corrected sums of squares and products", Technometrics 4 (1962).
 */
export function withValue({ count, mean, m2 }: Moments, value: number): Moments {
  const delta = value - mean;
  const next = mean + delta / (count + 1);
  return { count: count + 1, mean: next, m2: m2 + delta * (value - next) };
}

/**
 * The moments of the values of both.
 *
 * T. F. Chan, G. H. Golub, R. J. LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances",
 * Stanford STAN-CS-79-773 (1979), equation 1.5.
 */
export function merged(a: Moments, b: Moments): Moments {
  if (a.count === 0) return b;
  if (b.count === 0) return a;
  const count = a.count + b.count;
  const delta = b.mean - a.mean;
  return {
    count,
    mean: a.mean + (delta * b.count) / count,
    m2: a.m2 + b.m2 + (delta * delta * a.count * b.count) / count,
  };
}

/** The sample standard deviation, with n − 1; null below two values. */
export function sampleDeviation({ count, m2 }: Moments): number | null {
  return count < 2 ? null : Math.sqrt(m2 / (count - 1));
}

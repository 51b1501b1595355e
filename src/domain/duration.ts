const UNITS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 };

/** A duration in the largest unit that says it exactly: `10s`, `5m`, `1500ms`. */
export function writeDuration(valueMs: number): string {
  const unit = Object.entries(UNITS).find(([, size]) => valueMs % size === 0);
  return unit ? `${valueMs / unit[1]}${unit[0]}` : `${valueMs}ms`;
}

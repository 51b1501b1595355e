const HOUR_MINUTES = 60;

/** A window as settings and answers name it: `1h`, `24h`, `90m`. */
export function windowName(minutes: number): string {
  return minutes % HOUR_MINUTES === 0 ? `${minutes / HOUR_MINUTES}h` : `${minutes}m`;
}

/** The day of a time in UTC, `2026-11-21`. */
export const dayOf = (time: Date | number): string => new Date(time).toISOString().slice(0, 10);

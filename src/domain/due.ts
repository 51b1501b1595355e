/**
 * Whether a source is asked in this tick: not while it rests, and a source with a slower interval of its own only when
 * that has passed, or when no other source has given a quote for two ticks.
 * @param slowIntervalMs undefined for a source that is asked at every tick
 */
export function isDue(
  turn: { restingUntil: Date | null; lastAttemptAt: Date | null; othersSucceededAt: Date | null },
  nowMs: number,
  slowIntervalMs: number | undefined,
  tickMs: number,
): boolean {
  if (turn.restingUntil !== null && turn.restingUntil.getTime() > nowMs) return false;
  if (slowIntervalMs === undefined || turn.lastAttemptAt === null) return true;
  // Half a tick of slack, so that a tick that starts a little early still counts.
  if (nowMs - turn.lastAttemptAt.getTime() >= slowIntervalMs - tickMs / 2) return true;
  return turn.othersSucceededAt === null || nowMs - turn.othersSucceededAt.getTime() > 2.5 * tickMs;
}

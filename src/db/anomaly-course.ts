import type { Kysely } from 'kysely';
import type { DetectionState, RuleState } from '../domain/anomaly';
import type { MinuteSpan } from './candles';
import type { Database } from './schema';

/**
 * What detection knew before an hour, as far as the stored anomalies tell: which went on, and which ended less than a cooldown
 * before. For hours whose state is no longer kept (`anomaly_states`).
 */
export async function courseBefore(
  db: Kysely<Database>,
  { market, ticker }: Pick<MinuteSpan, 'market' | 'ticker'>,
  hourMs: number,
  cooldownMs: number,
): Promise<DetectionState> {
  const rows = await db
    .selectFrom('anomalies')
    .selectAll()
    .where('market', '=', market)
    .where('ticker', '=', ticker)
    .where('started_at', '<', new Date(hourMs))
    .where((eb) => eb.or([eb('ended_at', 'is', null), eb('ended_at', '>=', new Date(hourMs - cooldownMs))]))
    .orderBy('started_at')
    .execute();
  const state: DetectionState = {};
  for (const row of rows) {
    const before: RuleState = state[row.rule] ?? { open: null, endedAtMs: { up: null, down: null } };
    const endedAtMs = row.ended_at?.getTime();
    if (endedAtMs !== undefined && endedAtMs < hourMs) {
      const direction = row.value > 0 ? 'up' : 'down';
      state[row.rule] = { ...before, endedAtMs: { ...before.endedAtMs, [direction]: endedAtMs } };
      continue;
    }
    // A peak of later is found again on the way.
    const isReached = row.peak_at.getTime() < hourMs;
    const open = {
      ...{ rule: row.rule, windowMinutes: row.window_minutes, threshold: row.threshold },
      ...{ startedAtMs: row.started_at.getTime(), endedAtMs: null, value: row.value, price: row.price },
      peak: isReached ? row.peak : row.value,
      peakAtMs: (isReached ? row.peak_at : row.started_at).getTime(),
    };
    state[row.rule] = { ...before, open };
  }
  return state;
}

import type { Anomaly, DetectionState } from './anomaly';
import type { TimeSpan } from './statistics-span';

/** That an anomaly began or ended. */
export interface AnomalyEvent
  extends Pick<Anomaly, 'rule' | 'windowMinutes' | 'threshold' | 'startedAtMs' | 'value' | 'price'> {
  /** Unix milliseconds. */
  atMs: number;
  event: 'started' | 'ended';
}

/** What of anomalies lies in a span, in an order that is always the same: what later hours can't change any longer. */
export function eventsIn(
  anomalies: readonly Omit<Anomaly, 'peak' | 'peakAtMs'>[],
  { fromMs, toMs }: TimeSpan,
): AnomalyEvent[] {
  const events = anomalies.flatMap(({ endedAtMs, ...anomaly }): AnomalyEvent[] => [
    { ...eventOf(anomaly), atMs: anomaly.startedAtMs, event: 'started' },
    ...(endedAtMs === null ? [] : [{ ...eventOf(anomaly), atMs: endedAtMs, event: 'ended' as const }]),
  ]);
  return events
    .filter(({ atMs }) => atMs >= fromMs && atMs < toMs)
    .sort(
      (a, b) =>
        a.atMs - b.atMs ||
        byText(a.rule, b.rule) ||
        byText(a.event, b.event) ||
        a.startedAtMs - b.startedAtMs,
    );
}

const eventOf = ({
  rule,
  windowMinutes,
  threshold,
  startedAtMs,
  value,
  price,
}: Omit<AnomalyEvent, 'atMs' | 'event'>) => ({
  rule,
  windowMinutes,
  threshold,
  startedAtMs,
  value,
  price,
});

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** What detection knows after all of these events, which come by time; but for the peak of what goes on, which none of them tells. */
export function stateAfter(events: Iterable<AnomalyEvent>): DetectionState {
  const state: DetectionState = {};
  for (const { atMs, event, ...anomaly } of events) {
    const before = state[anomaly.rule] ?? { open: null, endedAtMs: { up: null, down: null } };
    const { value: peak, startedAtMs: peakAtMs } = anomaly;
    state[anomaly.rule] =
      event === 'started'
        ? { ...before, open: { ...anomaly, endedAtMs: null, peak, peakAtMs } }
        : { open: null, endedAtMs: { ...before.endedAtMs, [anomaly.value > 0 ? 'up' : 'down']: atMs } };
  }
  return state;
}

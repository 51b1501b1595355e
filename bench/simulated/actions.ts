import type { Events } from '../time-skipping';

/**
 * What Temporal Cloud would bill for the events of one run, in Actions: a start (a continued run included), each timer,
 * signal, search attribute update and activity, and all markers of one workflow task together (a local activity is a
 * marker). Retries of activities and queries are not in history; sleeping alerts have neither.
 * https://docs.temporal.io/cloud/actions
 */
export function billedActions(events: Events): number {
  const tasksWithMarkers = new Set<string>();
  let actions = 0;
  for (const event of events) {
    const marker = event.markerRecordedEventAttributes;
    if (marker) tasksWithMarkers.add(String(marker.workflowTaskCompletedEventId));
    const isBilled =
      event.workflowExecutionStartedEventAttributes ??
      event.timerStartedEventAttributes ??
      event.workflowExecutionSignaledEventAttributes ??
      event.upsertWorkflowSearchAttributesEventAttributes ??
      event.activityTaskScheduledEventAttributes;
    if (isBilled) actions += 1;
  }
  return actions + tasksWithMarkers.size;
}

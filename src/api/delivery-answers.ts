import type { AttemptRow, DeliveryRow } from '../db/deliveries';
import type { AttemptDetails, DeliveryDetails } from '../db/delivery-list';
import type {
  AttemptAnswer,
  AttemptDetailsAnswer,
  DeliveryAnswer,
  DeliveryDetailsAnswer,
} from './answers/deliveries';
import type { ApiDeps } from './deps';

type Links = Pick<ApiDeps, 'deliveries'>;

/** A delivery with everything that its owner may know of it. */
export function deliveryDetails(delivery: DeliveryDetails, deps: Links): DeliveryDetailsAnswer {
  const { id, alert_id, round } = delivery;
  return {
    id,
    alert_id,
    type: delivery.type,
    webhook_url: delivery.url,
    payload: delivery.body,
    status: delivery.status,
    created_at: delivery.created_at.toISOString(),
    delivered_at: delivery.delivered_at?.toISOString() ?? null,
    next_attempt_at: delivery.next_attempt_at?.toISOString() ?? null,
    redeliveries: round,
    workflow_url: deps.deliveries.urlOf(delivery.workflow_id),
    attempts: delivery.attempts.map((attempt) => attemptDetails(attempt, deps)),
  };
}

/** An attempt with everything that its owner may know of it. */
export function attemptDetails(attempt: AttemptDetails, { deliveries }: Links): AttemptDetailsAnswer {
  const { workflow_id, run_id } = attempt;
  return {
    ...attemptAnswer(attempt),
    error_class: attempt.error_class,
    cause: attempt.cause,
    timings: { dns_ms: attempt.dns_ms, connect_ms: attempt.connect_ms, tls_ms: attempt.tls_ms },
    request_headers: attempt.request_headers,
    response_headers: attempt.response_headers,
    workflow_url: workflow_id === null ? null : deliveries.urlOf(workflow_id, run_id ?? undefined),
  };
}

/** A delivery, as the list of an alert's deliveries has it. */
export function deliveryAnswer(delivery: DeliveryRow): DeliveryAnswer {
  return {
    id: delivery.id,
    alert_id: delivery.alert_id,
    status: delivery.status,
    created_at: delivery.created_at.toISOString(),
    delivered_at: delivery.delivered_at?.toISOString() ?? null,
    next_attempt_at: delivery.next_attempt_at?.toISOString() ?? null,
    attempts: delivery.attempts.map(attemptAnswer),
  };
}

function attemptAnswer(attempt: AttemptRow): AttemptAnswer {
  return {
    number: attempt.number,
    started_at: attempt.started_at.toISOString(),
    ended_at: attempt.ended_at?.toISOString() ?? null,
    status_code: attempt.status_code,
    // Under way, or cut off: either way nobody knows yet whether it arrived.
    outcome: attempt.outcome ?? 'unknown',
    error: attempt.error,
    duration_ms: attempt.duration_ms,
    response_body: attempt.response_body,
  };
}

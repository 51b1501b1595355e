import { deliveryDetailsSchema } from '../answers/deliveries';
import { recoveredSchema } from '../answers/endpoints';
import { recoverSchema } from '../schemas';
import { DELIVERY_NOT_FOUND, deliveryParams } from './deliveries';
import { DELIVERY_DETAILS, WAITING_DELIVERY } from './examples';
import { BODY_ERRORS, json, limited, type RouteConfig } from './operation';

const OVER = 'The delivery is over; redeliver has it made again';

/** Having deliveries made again, sooner, or not at all. */
export function redeliveryOperations(): RouteConfig[] {
  return [
    limited({
      call: 'POST /deliveries/recover',
      operationId: 'recoverDeliveries',
      tags: ['deliveries'],
      summary: 'Have everything delivered again that failed or was skipped in a span of time',
      description:
        '10,000 at most, the oldest first; where it says 10,000, ask again. Those of deleted alerts stay as they are, so do tests and ' +
        'what was made again twenty times; `redeliver` has these made, one by one.',
      request: { body: { required: true, ...json(recoverSchema, { since: '2026-03-01T12:00:00Z' }) } },
      responses: {
        202: { description: 'They are on their way', ...json(recoveredSchema, { recovered: 3 }) },
      },
      errors: { ...BODY_ERRORS, 422: { path: 'since', message: 'Must be before until' } },
    }),
    limited({
      call: 'POST /deliveries/{id}/redeliver',
      operationId: 'redeliver',
      tags: ['deliveries'],
      summary: 'Have a delivery made again that is over',
      description:
        'With the same `webhook-id` and the same body, under the same retry policy. 409 while it is unfinished, and where ' +
        'its alert was deleted.',
      request: { params: deliveryParams },
      responses: {
        202: {
          description: 'It is on its way',
          ...json(deliveryDetailsSchema, { ...WAITING_DELIVERY, redeliveries: 1 }),
        },
      },
      errors: {
        404: DELIVERY_NOT_FOUND,
        409: [
          'The delivery is unfinished; wait for its end, or ask for its next attempt with retry-now',
          'Its alert was deleted; nothing of it is delivered any longer',
        ],
      },
    }),
    limited({
      call: 'POST /deliveries/{id}/retry-now',
      operationId: 'retryNow',
      tags: ['deliveries'],
      summary: 'Have the next attempt made now',
      description:
        'It counts against the limit as any other. 409 where the delivery is over or an attempt is under way.',
      request: { params: deliveryParams },
      responses: {
        202: { description: 'It is due', ...json(deliveryDetailsSchema, WAITING_DELIVERY) },
      },
      errors: { 404: DELIVERY_NOT_FOUND, 409: [OVER, 'An attempt is under way at this moment'] },
    }),
    limited({
      call: 'POST /deliveries/{id}/cancel',
      operationId: 'cancelDelivery',
      tags: ['deliveries'],
      summary: 'Have no further attempt made',
      description:
        'An attempt that is under way may still arrive; it is delivered then. It can be delivered again later. 409 where it is over.',
      request: { params: deliveryParams },
      responses: {
        200: {
          description: 'It is cancelled',
          ...json(deliveryDetailsSchema, {
            ...DELIVERY_DETAILS,
            status: 'cancelled',
            delivered_at: null,
            attempts: WAITING_DELIVERY.attempts,
          }),
        },
      },
      errors: { 404: DELIVERY_NOT_FOUND, 409: OVER },
    }),
  ];
}

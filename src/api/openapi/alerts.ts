import { z } from 'zod';
import { alertChangeSchema, newAlertSchema } from '../alert-body';
import { alertDetailsSchema, alertSchema } from '../answers/alerts';
import { deliverySchema } from '../answers/deliveries';
import { alertListSchema, idempotencyHeader } from '../schemas';
import { ACTIVE_ALERT, DELIVERY, FIRED_ALERT, NEW_ALERT } from './examples';
import { BODY_ERRORS, idOf, json, limited, NEXT_PAGE, REPLAYED, type RouteConfig } from './operation';

const NOT_FOUND = 'Alert not found';
const IDENTICAL = 'An identical alert is active already';
const FULL = 'You have 1000 active alerts, as many as are allowed; delete or pause one first';
const BLOCKED = { path: 'webhook_url', message: 'This is not a URL.' };

/** Making, reading, changing and deleting alerts, and what became of their webhooks. */
export function alertOperations(tickers: readonly string[]): RouteConfig[] {
  const params = idOf('alert');
  return [
    limited({
      call: 'POST /alerts/',
      operationId: 'createAlert',
      tags: ['alerts'],
      summary: 'Draw a line',
      description:
        'An alert that is true already comes true at the next published price. With an `Idempotency-Key`, a request ' +
        'that is sent again within 24 hours makes no other alert and gets the same answer; while the first is still ' +
        'in progress it gets 409, and the same key with another body 422.',
      request: {
        headers: idempotencyHeader,
        body: {
          required: true,
          ...json(newAlertSchema(tickers), NEW_ALERT),
        },
      },
      responses: {
        201: {
          description: 'It watches from now on',
          headers: REPLAYED,
          ...json(alertSchema, ACTIVE_ALERT),
        },
      },
      errors: {
        ...BODY_ERRORS,
        409: [
          IDENTICAL,
          FULL,
          'A request with this Idempotency-Key is still in progress; send it again for its answer',
        ],
        422: [
          {
            path: 'target_price',
            message: 'Must be a positive number, or a decimal string such as "65420.15"',
          },
          BLOCKED,
          {
            path: 'Idempotency-Key',
            message: 'Was used for another request; take a new key for a new alert',
          },
        ],
      },
    }),
    limited({
      call: 'GET /alerts/',
      operationId: 'listAlerts',
      tags: ['alerts'],
      summary: 'Your alerts, the newest first, those that fired too',
      description: 'Where there are more, the `Link` header leads to the next page.',
      request: { query: alertListSchema(tickers) },
      responses: {
        200: {
          description: '1,000 at most',
          headers: NEXT_PAGE,
          ...json(z.array(z.union([alertSchema, alertDetailsSchema])), [ACTIVE_ALERT, FIRED_ALERT]),
        },
      },
      errors: { 422: { path: 'status', message: 'Must be active, paused, fired or expired' } },
    }),
    limited({
      call: 'GET /alerts/{id}',
      operationId: 'getAlert',
      tags: ['alerts'],
      summary: 'One alert',
      request: { params },
      responses: { 200: { description: 'The alert', ...json(alertSchema, FIRED_ALERT) } },
      errors: { 404: NOT_FOUND },
    }),
    limited({
      call: 'PATCH /alerts/{id}',
      operationId: 'changeAlert',
      tags: ['alerts'],
      summary: 'Change, pause or resume an alert that has not fired',
      description:
        'Afterwards it comes true at the next published price at the soonest. A paused alert watches nothing: what ' +
        'happens meanwhile is not made up for.',
      request: { params, body: { required: true, ...json(alertChangeSchema(tickers), { paused: true }) } },
      responses: {
        200: {
          description: 'The alert as it is now',
          ...json(alertSchema, { ...ACTIVE_ALERT, is_active: false, status: 'paused' }),
        },
      },
      errors: {
        ...BODY_ERRORS,
        404: NOT_FOUND,
        409: [IDENTICAL, FULL, 'The alert has fired and can no longer be changed; make a new one'],
        422: [
          {
            path: '',
            message:
              'Name at least one field to change, such as target_price, condition, webhook_url, paused',
          },
          BLOCKED,
        ],
      },
    }),
    limited({
      call: 'DELETE /alerts/{id}',
      operationId: 'deleteAlert',
      tags: ['alerts'],
      summary: 'Delete an alert; no webhook attempt begins afterwards',
      request: { params },
      responses: { 204: { description: 'It is gone' } },
      errors: { 404: NOT_FOUND },
    }),
    limited({
      call: 'GET /alerts/{id}/deliveries',
      operationId: 'listDeliveries',
      tags: ['alerts'],
      summary: "What became of an alert's webhooks, attempt by attempt",
      request: { params },
      responses: {
        200: { description: 'The newest first', ...json(z.array(deliverySchema), [DELIVERY]) },
      },
      errors: { 404: NOT_FOUND },
    }),
  ];
}

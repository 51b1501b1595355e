import { z } from 'zod';
import { deliveryDetailsSchema, testedSchema } from '../answers/deliveries';
import { deliveryListSchema, webhookTestSchema } from '../schemas';
import { ATTEMPT_DETAILS, DELIVERY_DETAILS } from './examples';
import { BODY_ERRORS, json, limited, NEXT_PAGE, type RouteConfig } from './operation';

export const DELIVERY_NOT_FOUND = 'Delivery not found';

export const deliveryParams = z.object({
  id: z
    .string()
    .regex(/^msg_[\w-]{1,100}$/)
    .meta({
      description: "The delivery's id, the `webhook-id` of every attempt",
      example: DELIVERY_DETAILS.id,
    }),
});

/** What was sent to webhooks, and sending a test. */
export function deliveryOperations(): RouteConfig[] {
  return [
    limited({
      call: 'GET /deliveries',
      operationId: 'listAllDeliveries',
      tags: ['deliveries'],
      summary: 'All that was sent to your webhooks, the newest first',
      description:
        'Where there are more, the `Link` header leads to the next page. A page ends early, too, once its deliveries have 1,000 ' +
        'attempts.',
      request: { query: deliveryListSchema },
      responses: {
        200: {
          description: 'A page',
          headers: NEXT_PAGE,
          ...json(z.array(deliveryDetailsSchema), [DELIVERY_DETAILS]),
        },
      },
      errors: { 422: { path: 'limit', message: 'Must be a whole number from 1 to 100' } },
    }),
    limited({
      call: 'GET /deliveries/{id}',
      operationId: 'getDelivery',
      tags: ['deliveries'],
      summary: 'One delivery with everything that is known of its attempts',
      request: { params: deliveryParams },
      responses: {
        200: { description: 'The delivery', ...json(deliveryDetailsSchema, DELIVERY_DETAILS) },
      },
      errors: { 404: DELIVERY_NOT_FOUND },
    }),
    limited({
      call: 'POST /webhooks/test',
      operationId: 'testWebhook',
      tags: ['deliveries'],
      summary: 'Send a test to a webhook, and see what it answered',
      description:
        'One request of type `webhook.test`, signed and guarded as alerts are. 503 where it could not be made in time.',
      request: {
        body: {
          required: true,
          ...json(webhookTestSchema, { webhook_url: DELIVERY_DETAILS.webhook_url }),
        },
      },
      responses: {
        200: {
          description: 'The one attempt, whatever came of it',
          ...json(testedSchema, { delivery_id: DELIVERY_DETAILS.id, attempt: ATTEMPT_DETAILS }),
        },
      },
      errors: {
        ...BODY_ERRORS,
        422: { path: 'webhook_url', message: 'This is not a URL.' },
        503: [
          `The test is not over yet; see GET /api/v1/deliveries/${DELIVERY_DETAILS.id} in a while`,
          'The database is not reachable',
        ],
      },
    }),
  ];
}

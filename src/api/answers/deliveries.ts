import { z } from 'zod';
import { ATTEMPT_CAUSES, DELIVERY_STATUSES, ERROR_CLASSES, MESSAGE_TYPES } from '../../domain/delivery';
import { id, time, workflowUrl } from './fields';

export const attemptSchema = z
  .strictObject({
    number: z.int().positive(),
    started_at: time,
    ended_at: time.nullable(),
    status_code: z.int().nullable(),
    outcome: z.enum(['delivered', 'failed', 'unknown']),
    error: z.string().nullable().meta({ description: 'What went wrong, in a sentence' }),
    duration_ms: z.int().nullable(),
    response_body: z.string().nullable().meta({ description: 'The beginning of what your server answered' }),
  })
  .meta({ id: 'Attempt' });

const NEWEST = 'In their order; of more than 100, the newest 100';

export const deliverySchema = z
  .strictObject({
    id: z.string().meta({ description: 'The `webhook-id` of every attempt', example: 'msg_…' }),
    alert_id: id,
    status: z.enum(DELIVERY_STATUSES),
    created_at: time,
    delivered_at: time.nullable(),
    next_attempt_at: time.nullable(),
    attempts: z.array(attemptSchema).meta({ description: NEWEST }),
  })
  .meta({ id: 'Delivery' });

const headers = z.record(z.string(), z.string()).nullable();
const milliseconds = z.int().nullable();

export const attemptDetailsSchema = z
  .strictObject({
    ...attemptSchema.shape,
    error_class: z.enum(ERROR_CLASSES).nullable().meta({ description: 'The kind of failure' }),
    cause: z.enum(ATTEMPT_CAUSES).meta({
      description:
        'Who made it be made: the retry policy, you by the API, or an operator who reset the workflow',
    }),
    timings: z
      .strictObject({ dns_ms: milliseconds, connect_ms: milliseconds, tls_ms: milliseconds })
      .meta({ description: 'Null for a step that was not needed' }),
    request_headers: headers.meta({ description: 'But for the signature' }),
    response_headers: headers,
    workflow_url: workflowUrl,
  })
  .meta({ id: 'AttemptDetails' });

export const deliveryDetailsSchema = z
  .strictObject({
    ...deliverySchema.shape,
    alert_id: id.nullable().meta({ description: 'Null for messages that belong to no alert' }),
    type: z.enum(MESSAGE_TYPES),
    webhook_url: z.string(),
    payload: z.string().meta({ description: 'The very bytes that are signed and sent' }),
    redeliveries: z.int().meta({ description: 'How often it was asked to be made again' }),
    workflow_url: workflowUrl,
    attempts: z.array(attemptDetailsSchema).meta({ description: NEWEST }),
  })
  .meta({ id: 'DeliveryDetails' });

export const testedSchema = z
  .strictObject({
    delivery_id: z.string().meta({ example: 'msg_…' }),
    attempt: attemptDetailsSchema,
  })
  .meta({ id: 'TestedWebhook' });

export type AttemptAnswer = z.infer<typeof attemptSchema>;
export type AttemptDetailsAnswer = z.infer<typeof attemptDetailsSchema>;
export type DeliveryDetailsAnswer = z.infer<typeof deliveryDetailsSchema>;
export type TestedAnswer = z.infer<typeof testedSchema>;
export type DeliveryAnswer = z.infer<typeof deliverySchema>;

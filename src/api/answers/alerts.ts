import { z } from 'zod';
import { WEEKDAYS } from '../../domain/active-hours';
import { ALERT_EVENTS } from '../../domain/alert';
import { METRIC_NAMES } from '../../domain/metrics';
import { RULE_CONDITIONS } from '../../domain/rule';
import { headersAnswer, messageAnswer } from '../message-schema';
import { id, price, time, workflowUrl } from './fields';

/** Of alerts that say more than a plain one, where they say it. */
const ruleFields = {
  metric: z.enum(METRIC_NAMES).optional(),
  threshold: z
    .number()
    .optional()
    .meta({ description: "In the metric's unit; of the price, `target_price` has it" }),
  range: z
    .array(z.number())
    .optional()
    .meta({ description: 'Its two ends, the lower one first', example: [60_000, 65_000] }),
  for: z.string().optional().meta({ example: '5m' }),
  repeat: z
    .strictObject({
      every: z.string().meta({ example: '1h' }),
      max_firings: z.int().optional(),
      rearm: z.number().optional(),
      rebase: z.boolean().optional(),
    })
    .optional(),
  active_hours: z
    .strictObject({
      from: z.string().meta({ example: '09:00' }),
      to: z.string().meta({ example: '17:30' }),
      days: z.array(z.enum(WEEKDAYS)).optional(),
      time_zone: z.string().meta({ example: 'Europe/Berlin' }),
    })
    .optional(),
  expires_at: time.optional(),
  snoozed_until: time.optional(),
  suspended_at: time.optional().meta({ description: 'Since when its ticker has no price' }),
  note: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
  events: z.array(z.enum(ALERT_EVENTS)).optional(),
  message: messageAnswer.optional(),
  message_preview: z
    .strictObject({ body: z.string(), content_type: z.string() })
    .optional()
    .meta({ description: 'What a firing will send, made up; only in the answer to a creation or a change' }),
  headers: headersAnswer.optional(),
  webhook_urls: z.array(z.string()).optional(),
  firings: z.int().optional().meta({ description: 'How often it has fired' }),
};

export const alertSchema = z
  .strictObject({
    id,
    ticker: z.string().meta({ example: 'BTC' }),
    target_price: price.nullable().meta({ description: 'Null where the threshold is none on the price' }),
    condition: z.enum(RULE_CONDITIONS),
    webhook_url: z.string(),
    is_active: z.boolean().meta({ description: 'True only while the status is `active`' }),
    status: z.enum(['active', 'paused', 'fired', 'expired']),
    created_at: time,
    triggered_at: time.nullable(),
    triggered_price: price.nullable(),
    ...ruleFields,
  })
  .meta({ id: 'Alert' });

export const alertDetailsSchema = z
  .strictObject({
    ...alertSchema.shape,
    next_check_at: time.nullable().meta({
      description: 'When its workflow looks at the price by itself, at the latest; null where it need not',
    }),
    workflow_url: workflowUrl,
  })
  .meta({ id: 'AlertDetails' });

export const previewSchema = z
  .strictObject({
    firings: z.array(
      z.strictObject({
        at: time.meta({ description: 'When the minute in which it fires begins' }),
        price: price.meta({ description: 'Of a ratio, that of the first ticker' }),
        value: z.number().optional().meta({ description: "The metric's, of metrics other than the price" }),
        ended_at: time.nullable().meta({
          description:
            'The minute in which its condition no longer holds, its own at the soonest; null where it holds to the end',
        }),
      }),
    ),
    truncated: z.literal(true).optional().meta({ description: 'There is more than these 1,000 firings' }),
  })
  .meta({ id: 'AlertPreview' });

export const importedSchema = z
  .strictObject({
    created: z.int().positive(),
    alerts: z.array(id).meta({ description: 'Their ids, in the order in which they were sent' }),
  })
  .meta({ id: 'ImportedAlerts' });

export const importPlanSchema = z
  .strictObject({
    created: z.literal(0),
    would_create: z.int().positive(),
    alerts: z.array(
      z.strictObject({
        path: z.string().meta({ description: 'The index in the list, or the line in the CSV', example: '0' }),
        waits_for: z.string().meta({ example: 'BTC change_1h > 5 for 5m' }),
        paused: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'ImportPlan' });

export type AlertAnswer = z.infer<typeof alertSchema>;
export type ImportedAnswer = z.infer<typeof importedSchema>;
export type ImportPlanAnswer = z.infer<typeof importPlanSchema>;
export type AlertDetailsAnswer = z.infer<typeof alertDetailsSchema>;
export type PreviewAnswer = z.infer<typeof previewSchema>;

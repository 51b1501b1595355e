import { z } from 'zod';
import { WEEKDAYS } from '../domain/active-hours';
import { ALERT_EVENTS } from '../domain/alert';
import { ATTEMPT_CAUSES, DELIVERY_STATUSES, ERROR_CLASSES, MESSAGE_TYPES } from '../domain/delivery';
import { METRIC_NAMES } from '../domain/metrics';
import { QUALITY_RULES, SEVERITIES } from '../domain/quality';
import { SOURCE_NAMES } from '../domain/quote';
import { RULE_CONDITIONS } from '../domain/rule';
import { headersAnswer, messageAnswer } from './message-schema';

const id = z.uuid();
const time = z.iso.datetime({ precision: 3 }).meta({ example: '2026-03-01T12:00:00.000Z' });
const price = z.number().positive().meta({ example: 65420.15 });
const workflowUrl = z.string().nullable().meta({ description: "In Temporal's Web UI, for operators" });

export const registeredSchema = z
  .strictObject({
    id,
    email: z.string(),
    api_key: z.string().meta({ description: 'Shown only here', example: 'sk_live_…' }),
    webhook_secret: z
      .string()
      .meta({ description: 'Signs the webhooks (Standard Webhooks); shown only here', example: 'whsec_…' }),
  })
  .meta({ id: 'RegisteredUser' });

export const userSchema = z
  .strictObject({ id, email: z.string(), is_active: z.boolean(), created_at: time })
  .meta({ id: 'User' });

export const rotatedSecretSchema = z
  .strictObject({
    webhook_secret: z.string().meta({ description: 'Shown only here', example: 'whsec_…' }),
    previous_expires_at: time.meta({ description: 'When the last of the secrets before stops signing' }),
  })
  .meta({ id: 'RotatedSecret' });

const key = {
  id,
  name: z.string().meta({ example: 'default' }),
  prefix: z.string().meta({ description: 'How the key begins', example: 'sk_live_3fGh1k' }),
  created_at: time,
  expires_at: time.nullable().meta({ description: 'The key is refused from then on' }),
};

export const apiKeySchema = z
  .strictObject({
    ...key,
    last_used_at: time.nullable().meta({ description: 'Accurate to a minute or so' }),
  })
  .meta({ id: 'ApiKey' });

export const newApiKeySchema = z
  .strictObject({
    ...key,
    api_key: z.string().meta({ description: 'Shown only here', example: 'sk_live_…' }),
  })
  .meta({ id: 'NewApiKey' });

export const ratesSchema = z
  .record(z.string(), price)
  .meta({ id: 'Rates', example: { BTC: 65420.15, ETH: 3120.4 } });

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

export const recoveredSchema = z
  .strictObject({ recovered: z.int().meta({ description: 'How many are delivered again now' }) })
  .meta({ id: 'Recovered' });

export const endpointSchema = z
  .strictObject({
    id,
    host: z.string().meta({ description: 'With its port, if the URL names one', example: 'example.com' }),
    status: z.enum(['ok', 'failing', 'disabled']),
    failing_since: time.nullable().meta({ description: 'The first failure after the last success' }),
    failures: z.int().meta({ description: 'Since then; under heavy load some are not counted' }),
    last_failure_at: time.nullable(),
    last_error: z.string().nullable().meta({ description: 'What went wrong then, in a sentence' }),
    last_status_code: z.int().nullable(),
    last_success_at: time
      .nullable()
      .meta({ description: 'Exact to a minute; null where none followed a failure' }),
    disabled_at: time.nullable(),
    skipped: z.int().meta({ description: 'Deliveries that were skipped and can be made again' }),
  })
  .meta({ id: 'Endpoint' });

export const enabledEndpointSchema = z
  .strictObject({ ...endpointSchema.shape, ...recoveredSchema.shape })
  .meta({ id: 'EnabledEndpoint' });

export const sourceSchema = z
  .strictObject({
    name: z.enum(SOURCE_NAMES),
    status: z.enum(['ok', 'resting', 'failing']),
    last_success_at: time.nullable(),
    quote_age_ms: z.int().nonnegative().nullable(),
    failure: z.string().nullable().meta({ description: 'The kind of its last failure' }),
    resting_until: time.nullable(),
    deviation: z.number().nullable().meta({ description: 'How far it lay from the median, as a fraction' }),
  })
  .meta({ id: 'Source' });

export const candleSchema = z
  .strictObject({
    time: time.meta({ description: 'When it begins' }),
    open: price,
    high: price,
    low: price,
    close: price,
    quote_count: z
      .int()
      .positive()
      .optional()
      .meta({ description: 'How many published prices it is made of; left out where it was imported' }),
  })
  .meta({ id: 'Candle' });

const figure = (description: string) => z.number().nullable().meta({ description });

const windowStatsSchema = z
  .strictObject({
    points: z.int().meta({ description: 'How many minutes of the window there are' }),
    mean: price,
    stddev: figure('Sample standard deviation; null below two points'),
    change: figure('Per cent over the window; null where the minute it began with is missing'),
    returns: z.int().meta({ description: 'How many minute returns the volatility is made of' }),
    volatility: figure('Realised volatility over the window, a fraction, not annualised'),
    zscore: figure('How many standard deviations the price lies from the mean'),
  })
  .meta({ id: 'WindowStats' });

export const statsSchema = z
  .strictObject({
    ticker: z.string().meta({ example: 'BTC' }),
    time: time.meta({ description: 'When the last minute began; it may be under way' }),
    close: price,
    windows: z
      .record(z.string(), windowStatsSchema)
      .meta({ description: 'By the windows of STATISTICS_WINDOWS, such as `1h` and `24h`' }),
  })
  .meta({ id: 'Stats' });

export const anomalySchema = z
  .strictObject({
    id,
    ticker: z.string().meta({ example: 'BTC' }),
    rule: z.string().meta({ example: 'change_1h' }),
    window: z.string().meta({ example: '1h' }),
    threshold: z.number().meta({ example: 5 }),
    started_at: time,
    ended_at: time.nullable().meta({ description: 'Null while it goes on' }),
    value: z.number().meta({ description: 'At the start: per cent, or standard deviations', example: -5.08 }),
    price: price.meta({ description: 'At the start' }),
    peak: z.number().meta({ description: 'Farthest from zero', example: -11.07 }),
    peak_at: time,
  })
  .meta({ id: 'Anomaly' });

export const reportStartedSchema = z
  .strictObject({
    workflow_id: z.string().meta({ example: 'market-report-run' }),
    run_id: z.string(),
    workflow_url: workflowUrl,
  })
  .meta({ id: 'ReportStarted' });

export const violationSchema = z
  .strictObject({
    hour: time.meta({ description: 'When the hour begins' }),
    rule: z.enum(QUALITY_RULES),
    ticker: z.string().nullable().meta({ description: 'Null where it is no single one’s' }),
    source: z.enum(SOURCE_NAMES).nullable().meta({ description: 'Null where it is no single one’s' }),
    severity: z.enum(SEVERITIES),
    count: z.int().meta({ description: 'How many ticks or quotes it was' }),
    first_at: time,
    last_at: time,
    detail: z.string().meta({ description: 'In a sentence' }),
  })
  .meta({ id: 'Violation' });

export const alarmSchema = z
  .strictObject({
    id,
    key: z.string().meta({ description: 'What is wrong', example: 'source:kraken' }),
    detail: z.string().meta({ description: 'In a sentence' }),
    opened_at: time,
    closed_at: time.nullable().meta({ description: 'Null while it goes on' }),
  })
  .meta({ id: 'Alarm' });

const check = z.enum(['ok', 'down']);

export const healthSchema = z
  .strictObject({
    status: z.enum(['ok', 'degraded']),
    version: z.string(),
    market: z.enum(['live', 'replay']),
    checks: z.strictObject({ database: check, temporal: check, worker: check, quotes: check }),
  })
  .meta({ id: 'Health' });

export const probeSchema = z
  .strictObject({ status: z.enum(['ok', 'draining', 'down']) })
  .meta({ id: 'Probe' });

export const errorSchema = z
  .strictObject({ error: z.literal('HTTPException'), detail: z.string(), code: z.int() })
  .meta({ id: 'Error' });

export const validationErrorSchema = z
  .strictObject({
    error: z.literal('ValidationError'),
    detail: z.string(),
    code: z.literal(422),
    errors: z.array(
      z.strictObject({ path: z.string().meta({ example: 'target_price' }), message: z.string() }),
    ),
  })
  .meta({ id: 'ValidationError' });

export type UserAnswer = z.infer<typeof userSchema>;
export type RegisteredAnswer = z.infer<typeof registeredSchema>;
export type RotatedSecretAnswer = z.infer<typeof rotatedSecretSchema>;
export type ApiKeyAnswer = z.infer<typeof apiKeySchema>;
export type NewApiKeyAnswer = z.infer<typeof newApiKeySchema>;
export type RatesAnswer = z.infer<typeof ratesSchema>;
export type AlertAnswer = z.infer<typeof alertSchema>;
export type ImportedAnswer = z.infer<typeof importedSchema>;
export type ImportPlanAnswer = z.infer<typeof importPlanSchema>;
export type AlertDetailsAnswer = z.infer<typeof alertDetailsSchema>;
export type PreviewAnswer = z.infer<typeof previewSchema>;
export type AttemptAnswer = z.infer<typeof attemptSchema>;
export type AttemptDetailsAnswer = z.infer<typeof attemptDetailsSchema>;
export type DeliveryDetailsAnswer = z.infer<typeof deliveryDetailsSchema>;
export type TestedAnswer = z.infer<typeof testedSchema>;
export type RecoveredAnswer = z.infer<typeof recoveredSchema>;
export type EndpointAnswer = z.infer<typeof endpointSchema>;
export type EnabledEndpointAnswer = z.infer<typeof enabledEndpointSchema>;
export type DeliveryAnswer = z.infer<typeof deliverySchema>;
export type SourceAnswer = z.infer<typeof sourceSchema>;
export type ReportStartedAnswer = z.infer<typeof reportStartedSchema>;
export type ViolationAnswer = z.infer<typeof violationSchema>;
export type AlarmAnswer = z.infer<typeof alarmSchema>;
export type HealthAnswer = z.infer<typeof healthSchema>;
export type ProbeAnswer = z.infer<typeof probeSchema>;
export type CandleAnswer = z.infer<typeof candleSchema>;
export type StatsAnswer = z.infer<typeof statsSchema>;
export type AnomalyAnswer = z.infer<typeof anomalySchema>;

import { Counter, Gauge, Histogram } from 'prom-client';
import { ERROR_CLASSES } from '../domain/delivery';
import { REPORT_STEPS } from '../domain/report';
import { registry } from './registry';

/*
 * What this process has counted since it started. Labels have few values, all known beforehand: no user, alert, URL or host is
 * one. docs/metrics.md is held to this file by a test.
 */

const registers = [registry];

export const httpRequests = new Counter({
  name: 'pricehook_http_requests_total',
  help: "Requests that were answered, by the route's template.",
  labelNames: ['method', 'route', 'status'],
  registers,
});

export const httpDuration = new Histogram({
  name: 'pricehook_http_request_duration_seconds',
  help: 'From a request to the end of its handler.',
  labelNames: ['method', 'route'],
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
  registers,
});

export const streams = new Gauge({
  name: 'pricehook_streams',
  help: 'Streams that are open now, WebSockets and server-sent events together.',
  registers,
});

export const ticks = new Counter({
  name: 'pricehook_ticks_total',
  help: 'Ticks by result: published, or ignored because they, or later ones, were published before.',
  labelNames: ['result'],
  registers,
});

export const tickDuration = new Histogram({
  name: 'pricehook_tick_duration_seconds',
  help: "From a tick's beginning until its quotes are committed and its alerts claimed.",
  buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 4, 5, 7.5, 10, 15],
  registers,
});

export const sourceQuotes = new Counter({
  name: 'pricehook_source_quotes_total',
  help: 'What sources answered in published ticks: quotes that were accepted, or why there was none.',
  labelNames: ['source', 'result'],
  registers,
});

export const firings = new Counter({
  name: 'pricehook_alerts_fired_total',
  help: "Claimed firings: by a tick, by an alert's own look, or late, by minutes fetched after a gap.",
  labelNames: ['by'],
  registers,
});

export const quoteToPost = new Histogram({
  name: 'pricehook_quote_to_post_seconds',
  help: 'From when the oldest source quote of the price that fired was received until the first POST begins.',
  buckets: [0.1, 0.25, 0.5, 1, 2, 3, 4, 5, 7.5, 10, 15, 30, 60, 300, 1_800],
  registers,
});

export const attempts = new Counter({
  name: 'pricehook_delivery_attempts_total',
  help: 'Attempts to deliver, by outcome and by what went wrong.',
  labelNames: ['outcome', 'error_class'],
  registers,
});

export const attemptDuration = new Histogram({
  name: 'pricehook_delivery_attempt_duration_seconds',
  help: "One attempt's request, to the end of its answer.",
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
  registers,
});

export const endedDeliveries = new Counter({
  name: 'pricehook_deliveries_ended_total',
  help: 'Deliveries that this worker brought to an end.',
  labelNames: ['status'],
  registers,
});

export const reportSteps = new Counter({
  name: 'pricehook_report_steps_total',
  help: "Attempts at the steps of the hours' reports.",
  labelNames: ['step', 'outcome'],
  registers,
});

export const reportStepDuration = new Histogram({
  name: 'pricehook_report_step_duration_seconds',
  help: "One attempt at a step of an hour's report.",
  labelNames: ['step'],
  buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300],
  registers,
});

export const notices = new Counter({
  name: 'pricehook_notices_total',
  help: 'Attempts to send messages to Slack: sent, to be tried again (pending), or given up (failed).',
  labelNames: ['outcome'],
  registers,
});

export const uploads = new Counter({
  name: 'pricehook_s3_uploads_total',
  help: 'Files for the bucket: sent, there already (unchanged), or why it refused one.',
  labelNames: ['outcome'],
  registers,
});

export const uploadedBytes = new Counter({
  name: 'pricehook_s3_uploaded_bytes_total',
  help: 'Bytes of files that were sent.',
  registers,
});

// A series that begins with its first failure has no increase that an alert could see.
for (const outcome of ['sent', 'pending', 'failed']) notices.inc({ outcome }, 0);
for (const outcome of ['sent', 'unchanged', 'conflict', 'refused', 'no_bucket', 'unavailable', 'failed'])
  uploads.inc({ outcome }, 0);
for (const error_class of ERROR_CLASSES) attempts.inc({ outcome: 'failed', error_class }, 0);
attempts.inc({ outcome: 'delivered', error_class: 'none' }, 0);
for (const status of ['delivered', 'failed']) endedDeliveries.inc({ status }, 0);
for (const by of ['tick', 'look', 'late']) firings.inc({ by }, 0);
for (const result of ['published', 'ignored']) ticks.inc({ result }, 0);
for (const step of REPORT_STEPS)
  for (const outcome of ['done', 'failed']) reportSteps.inc({ step, outcome }, 0);

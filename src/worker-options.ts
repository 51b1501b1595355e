import { getHeapStatistics } from 'node:v8';
import type { WorkerOptions } from '@temporalio/worker';

/** How many webhook requests may be under way at once: one that hangs holds its place until its time is up. */
const DELIVERY_SLOTS = 2_000;

/**
 * Sleeping alerts that are kept in memory, by the room that there is for them: one takes some 0.3 MiB. The SDK's own default is half
 * as many. Whatever is not kept has its history read and replayed when it wakes, which takes as long again as all else.
 */
const CACHED_PER_GIB = 1_200;
const HEAP_FOR_OTHER_MIB = 200;

function mostCachedWorkflows(): number {
  const heapMib = getHeapStatistics().heap_size_limit / 1_048_576;
  return Math.max(100, Math.floor((Math.max(0, heapMib - HEAP_FOR_OTHER_MIB) * CACHED_PER_GIB) / 1_024));
}

/** How every worker asks for work. */
export const POLLERS = {
  workflowTaskPollerBehavior: { type: 'autoscaling' },
  activityTaskPollerBehavior: { type: 'autoscaling' },
} satisfies Partial<WorkerOptions>;

/** How the worker of alerts runs; the bench holds it against the barest workflow under the same options. */
export const ALERT_WORKER_OPTIONS = {
  // A burst's alerts queue for longer than the default of 10 s; whoever is timed out has its whole history replayed.
  stickyQueueScheduleToStartTimeout: '60s',
  ...POLLERS,
  maxConcurrentActivityTaskExecutions: DELIVERY_SLOTS,
  maxCachedWorkflows: mostCachedWorkflows(),
} satisfies Partial<WorkerOptions>;

import type { WorkerOptions } from '@temporalio/worker';

/** How many webhook requests may be under way at once: one that hangs holds its place until its time is up. */
const DELIVERY_SLOTS = 2_000;

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
} satisfies Partial<WorkerOptions>;

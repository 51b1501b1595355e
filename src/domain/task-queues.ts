/**
 * Ingestion apart from all else, so that hanging webhooks never starve prices. Deliveries share the alerts' queue: a worker
 * that completes a workflow task then gets its activity with the answer, without a turn through the queue.
 */
export const TASK_QUEUES = {
  alerts: 'pricehook-alerts',
  ingestion: 'pricehook-ingestion',
  deliveriesOf01: 'pricehook-deliveries',
} as const;

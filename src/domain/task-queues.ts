/** Deliveries and ingestion apart from the alerts, so that hanging webhooks never starve prices. */
export const TASK_QUEUES = {
  alerts: 'pricehook-alerts',
  deliveries: 'pricehook-deliveries',
  ingestion: 'pricehook-ingestion',
} as const;

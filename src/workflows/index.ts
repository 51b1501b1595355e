export { deliverMessage } from './deliver-message';
export { ingestQuotes } from './ingest-quotes';
export { priceAlert } from './price-alert';
export { reconcileAlerts } from './reconcile-alerts';
export { wakeAlerts } from './wake-alerts';

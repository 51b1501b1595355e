export { deliverMessage } from './deliver-message';
export { fillGaps } from './fill-gaps';
export { ingestQuotes } from './ingest-quotes';
export { marketReport } from './market-report';
export { priceAlert } from './price-alert';
export { reconcileAlerts } from './reconcile-alerts';
export { tellOperators } from './tell-operators';
export { wakeAlerts } from './wake-alerts';

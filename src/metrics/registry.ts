import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { VERSION } from '../version';

/** All figures of this process; of `npm start`, the API's and the workers' together. */
export const registry = new Registry();

let isExposed = false;

/** Adds what runs here and how the process itself does; again, it adds nothing. */
export function exposeProcess(market: string): void {
  if (isExposed) return;
  isExposed = true;
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'pricehook_info',
    help: 'What runs here; always 1.',
    labelNames: ['version', 'market'],
    registers: [registry],
  }).set({ version: VERSION, market }, 1);
}

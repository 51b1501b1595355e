import { type HealthAnswer, healthSchema } from '../answers';
import { json, type RouteConfig } from './operation';

const UP: HealthAnswer = {
  status: 'ok',
  version: '0.1.0',
  market: 'live',
  checks: { database: 'ok', temporal: 'ok', worker: 'ok', quotes: 'ok' },
};

/** How the service itself does; without a key or a limit. */
export function serviceOperations(): RouteConfig[] {
  return [
    {
      method: 'get',
      path: '/health',
      operationId: 'getHealth',
      tags: ['operations'],
      summary: 'Whether everything is up',
      security: [],
      responses: {
        200: { description: 'Everything is', ...json(healthSchema, UP) },
        503: {
          description: 'Something is down',
          ...json(healthSchema, { ...UP, status: 'degraded', checks: { ...UP.checks, worker: 'down' } }),
        },
      },
    },
    {
      method: 'get',
      path: '/metrics',
      operationId: 'getMetrics',
      tags: ['operations'],
      summary: "Figures in Prometheus' text format",
      security: [],
      responses: {
        200: {
          description: 'The figures',
          content: {
            'text/plain': {
              schema: { type: 'string' },
              example: 'process_resident_memory_bytes 104857600\n',
            },
          },
        },
      },
    },
  ];
}

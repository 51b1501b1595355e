import { type HealthAnswer, healthSchema, probeSchema } from '../answers/service';
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
      path: '/health/live',
      operationId: 'getLiveness',
      tags: ['operations'],
      summary: 'Whether the process runs',
      security: [],
      responses: { 200: { description: 'It does', ...json(probeSchema, { status: 'ok' }) } },
    },
    {
      method: 'get',
      path: '/health/ready',
      operationId: 'getReadiness',
      tags: ['operations'],
      summary: 'Whether requests may be sent here',
      security: [],
      responses: {
        200: { description: 'They may', ...json(probeSchema, { status: 'ok' }) },
        503: {
          description: 'It is about to stop, or has no database',
          ...json(probeSchema, { status: 'draining' }),
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

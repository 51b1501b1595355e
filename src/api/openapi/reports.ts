import { z } from 'zod';
import { alarmSchema, reportStartedSchema, violationSchema } from '../answers/reports';
import { alarmListSchema, qualityListSchema } from '../schemas';
import { json, limited, type RouteConfig } from './operation';

/** The hourly reports, the data's quality, and what is wrong. */
export function reportOperations(tickers: readonly string[]): RouteConfig[] {
  return [
    limited({
      call: 'GET /quality',
      operationId: 'listQuality',
      tags: ['operations'],
      summary: 'What was wrong with the data of an hour, the newest hour first',
      request: { query: qualityListSchema(tickers) },
      responses: {
        200: {
          description: '1,000 at most',
          ...json(z.array(violationSchema), [
            {
              hour: '2026-03-01T12:00:00.000Z',
              rule: 'silent_source',
              ticker: null,
              source: 'kraken',
              severity: 'warning',
              count: 12,
              first_at: '2026-03-01T12:10:00.000Z',
              last_at: '2026-03-01T12:12:00.000Z',
              detail: 'kraken said nothing in 12 ticks',
            },
          ]),
        },
      },
      errors: { 422: { path: 'severity', message: 'Must be one of info, warning, critical' } },
    }),
    limited({
      call: 'GET /alarms',
      operationId: 'listAlarms',
      tags: ['operations'],
      summary: 'What is wrong, and what was, the newest first',
      request: { query: alarmListSchema },
      responses: {
        200: {
          description: '1,000 at most',
          ...json(z.array(alarmSchema), [
            {
              id: 'b2c5c5a4-93c1-4d9c-8b64-0c0d1f0b7d19',
              key: 'source:kraken',
              detail: 'kraken has said nothing for 10 minutes',
              opened_at: '2026-03-01T12:20:00.000Z',
              closed_at: null,
            },
          ]),
        },
      },
      errors: { 422: { path: 'status', message: 'Must be open or closed' } },
    }),
    limited({
      call: 'POST /reports/run',
      operationId: 'runReport',
      tags: ['operations'],
      summary: 'Have the hours reported that are owed, and the one under way',
      description: 'For operators only (`OPERATOR_EMAILS`). One that runs already by hand is joined.',
      responses: {
        202: {
          description: 'It is under way',
          ...json(reportStartedSchema, {
            workflow_id: 'market-report-run',
            run_id: '5c0d3c2e-6c39-4d1c-8f1e-0a3c0d4e7b55',
            workflow_url: null,
          }),
        },
      },
      errors: {
        403: 'Only operators may do this',
        503: ['Temporal is not reachable', 'The database is not reachable'],
      },
    }),
  ];
}

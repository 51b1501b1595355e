import { z } from 'zod';
import { importedAlertSchema } from '../alert-body';
import { MOST_ALERTS } from '../alert-import';
import { importedSchema, importPlanSchema } from '../answers/alerts';
import { exportQuerySchema, idempotencyHeader, importQuerySchema } from '../schemas';
import { ACTIVE_ALERT, IMPORTED_ALERTS } from './examples';
import { json, limited, REPLAYED, type RouteConfig } from './operation';

const CSV_EXAMPLE = `ticker,metric,condition,threshold,repeat.every,labels.desk,webhook_url
BTC,price,gt,65420.15,,,https://example.com/hooks/prices
ETH,change_1h,gt,5,1h,spot,https://example.com/hooks/prices
`;

/** Making many alerts at once, and taking them along. */
export function alertTransferOperations(tickers: readonly string[]): RouteConfig[] {
  const bodies = z.array(importedAlertSchema(tickers)).min(1).max(MOST_ALERTS);
  return [
    limited({
      call: 'POST /alerts/import',
      operationId: 'importAlerts',
      tags: ['alerts'],
      tokens: 2,
      summary: 'Make many alerts at once, all or none',
      description:
        'Errors begin with the index in the list, from 0, or with the line in the CSV, whose first line names the columns: fields ' +
        'within others are `repeat.every`, `labels.desk`; lists are separated by spaces or `;`. Webhooks may be of 100 hosts. ' +
        'An `Idempotency-Key` works as for a single alert; with `dry_run` nothing is made.',
      request: {
        headers: idempotencyHeader,
        query: importQuerySchema,
        body: {
          required: true,
          content: {
            ...json(bodies, IMPORTED_ALERTS).content,
            'text/csv': { schema: z.string().meta({ example: CSV_EXAMPLE }), example: CSV_EXAMPLE },
          },
        },
      },
      responses: {
        200: {
          description: 'What would be made, of a dry run',
          ...json(importPlanSchema, {
            created: 0,
            would_create: 1,
            alerts: [{ path: '0', waits_for: 'BTC change_1h > 5', paused: false }],
          }),
        },
        201: {
          description: 'They watch from now on',
          headers: REPLAYED,
          ...json(importedSchema, { created: 1, alerts: [ACTIVE_ALERT.id] }),
        },
      },
      errors: {
        400: ['The body is empty', 'The body is not valid JSON', 'The body is not valid UTF-8'],
        409: 'A request with this Idempotency-Key is still in progress; send it again for its answer',
        413: 'The body is larger than 2048 kB',
        415: 'Send the body as application/json or text/csv, in UTF-8 and not compressed',
        422: [
          { path: '3.threshold', message: 'Must be a number' },
          { path: '4', message: 'Is identical to the alert at 2' },
          { path: '5', message: 'An identical alert is active already' },
          {
            path: '6',
            message: 'You have 1000 active alerts, as many as are allowed; delete or pause one first',
          },
        ],
      },
    }),
    limited({
      call: 'GET /alerts/export',
      operationId: 'exportAlerts',
      tags: ['alerts'],
      summary: 'Your alerts, as bodies that an import takes',
      description:
        'The oldest first. The values of their own headers are told to nobody, so headers are left out; `Headers-Left-Out` says of ' +
        'how many alerts. In CSV a text that a spreadsheet would run as a formula has an apostrophe before it, which an import ' +
        'takes away again.',
      request: { query: exportQuerySchema },
      responses: {
        200: {
          description: 'A file to be kept',
          headers: {
            'Content-Disposition': {
              description: 'The name of the file',
              schema: { type: 'string' as const, example: 'attachment; filename="alerts.json"' },
            },
            'Headers-Left-Out': {
              description: 'How many of the alerts have headers of their own; absent where none has',
              schema: { type: 'integer' as const, minimum: 1, example: 1 },
            },
          },
          content: {
            ...json(z.array(importedAlertSchema(tickers)), IMPORTED_ALERTS).content,
            'text/csv': { schema: z.string().meta({ example: CSV_EXAMPLE }), example: CSV_EXAMPLE },
          },
        },
      },
      errors: { 422: { path: 'format', message: 'Must be json or csv' } },
    }),
  ];
}

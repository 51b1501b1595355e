import { previewWishSchema } from '../alert-preview';
import { previewSchema } from '../answers/alerts';
import { BODY_ERRORS, json, limited, type RouteConfig } from './operation';

/** What an alert would have done. */
export function previewOperations(tickers: readonly string[]): RouteConfig[] {
  return [
    limited({
      call: 'POST /alerts/preview',
      operationId: 'previewAlert',
      tags: ['alerts'],
      summary: 'When an alert would have fired, had it been made at `from`',
      description:
        'The body of `POST /alerts/`, without a URL if you like, and a span of up to 366 days; nothing is made of it. It looks ' +
        'at the stored minutes (see `GET /rates/{ticker}/candles`), of the spread at the quotes, and at the archive of hours that none are ' +
        'stored of. In a minute, nobody knows whether the high or the low came first: what arms a crossing lets it count from the next minute on. A minute ' +
        'before `from` arms it by its close.',
      request: {
        body: {
          required: true,
          ...json(previewWishSchema(tickers), {
            ...{ ticker: 'BTC', metric: 'change_1h', condition: 'gt', threshold: 5, repeat: { every: '1h' } },
            ...{ from: '2026-02-01T00:00:00Z', to: '2026-03-01T00:00:00Z' },
          }),
        },
      },
      responses: {
        200: {
          description: 'Its firings, the earliest first',
          ...json(previewSchema, {
            firings: [
              {
                at: '2026-02-12T22:14:00.000Z',
                price: 65420.15,
                value: 5.21,
                ended_at: '2026-02-12T22:31:00.000Z',
              },
            ],
          }),
        },
      },
      errors: {
        ...BODY_ERRORS,
        422: [
          { path: 'from', message: 'Must be before `to`' },
          { path: 'from', message: 'Must be at most 366 days before `to`' },
        ],
        503: ['The database is not reachable', 'Other previews are being made; ask again in a moment'],
      },
    }),
  ];
}

import { z } from 'zod';
import { anomalySchema, candleSchema, ratesSchema, sourceSchema, statsSchema } from '../answers/market';
import { anomalyListSchema, candleListSchema } from '../schemas';
import { json, limited, NEXT_PAGE, type RouteConfig } from './operation';

const TICKER_NOT_FOUND = 'Ticker not found';
const WINDOW = {
  points: 60,
  mean: 65390.4,
  stddev: 42.7,
  change: 0.21,
  returns: 59,
  volatility: 0.0046,
  zscore: 0.7,
};

/** Prices, what they did, and where they come from. */
export function marketOperations(tickers: readonly string[]): RouteConfig[] {
  const description = `One of ${tickers.join(', ')}, in any case`;
  const params = z.object({ ticker: z.string().meta({ description, example: tickers[0] }) });
  return [
    limited({
      call: 'GET /rates/',
      operationId: 'getRates',
      tags: ['prices'],
      summary: 'The prices at this moment',
      description: 'Only tickers with a fresh price are there. Limited by IP address.',
      responses: {
        200: { description: 'US dollars by ticker', ...json(ratesSchema, { BTC: 65420.15, ETH: 3120.4 }) },
      },
      errors: { 503: ['No fresh quote is available', 'The database is not reachable'] },
    }),
    limited({
      call: 'GET /rates/{ticker}/candles',
      operationId: 'listCandles',
      tags: ['prices'],
      summary: 'What a price did, the oldest candle first',
      description:
        'Minutes without a price are left out; the last candle may be under way. Where there are more, the `Link` header ' +
        'leads to the next page.',
      request: { params, query: candleListSchema },
      responses: {
        200: {
          description: '1,500 at most, 366 of a day',
          headers: NEXT_PAGE,
          ...json(z.array(candleSchema), [
            {
              time: '2026-03-01T12:00:00.000Z',
              ...{ open: 65410, high: 65431.2, low: 65402.5, close: 65420.15 },
              quote_count: 6,
            },
          ]),
        },
      },
      errors: { 404: TICKER_NOT_FOUND, 422: { path: 'from', message: 'Must be before `to`' } },
    }),
    limited({
      call: 'GET /rates/{ticker}/stats',
      operationId: 'getStats',
      tags: ['prices'],
      summary: 'Mean, deviation, change, volatility and z-score of a price at its last minute',
      request: { params },
      responses: {
        200: {
          description: 'By window',
          ...json(statsSchema, {
            ticker: 'BTC',
            time: '2026-03-01T12:00:00.000Z',
            close: 65420.15,
            windows: { '1h': WINDOW },
          }),
        },
      },
      errors: { 404: [TICKER_NOT_FOUND, 'There are no statistics of BTC yet'] },
    }),
    limited({
      call: 'GET /anomalies',
      operationId: 'listAnomalies',
      tags: ['prices'],
      summary: 'What was out of the ordinary, the newest first',
      description: 'Where there are more, the `Link` header leads to the next page.',
      request: { query: anomalyListSchema(tickers) },
      responses: {
        200: {
          description: 'A page',
          headers: NEXT_PAGE,
          ...json(z.array(anomalySchema), [
            {
              id: '9f0e6f0d-6a55-4b0a-8a3e-5a4b8f1f7c02',
              ticker: 'BTC',
              rule: 'change_1h',
              window: '1h',
              threshold: 5,
              started_at: '2026-03-01T12:00:00.000Z',
              ended_at: null,
              value: -5.08,
              price: 62110.4,
              peak: -11.07,
              peak_at: '2026-03-01T12:21:00.000Z',
            },
          ]),
        },
      },
      errors: { 422: { path: 'cursor', message: 'Must be the cursor of a page before' } },
    }),
    limited({
      call: 'GET /sources',
      operationId: 'listSources',
      tags: ['prices'],
      summary: 'How the sources of prices do',
      responses: {
        200: {
          description: 'Every configured source',
          ...json(z.array(sourceSchema), [
            {
              name: 'binance',
              status: 'ok',
              last_success_at: '2026-03-01T12:00:00.000Z',
              quote_age_ms: 2_310,
              failure: null,
              resting_until: null,
              deviation: 0.0001,
            },
          ]),
        },
      },
    }),
  ];
}

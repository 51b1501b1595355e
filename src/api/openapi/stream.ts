import { z } from 'zod';
import { streamQuerySchema } from '../schemas';
import { limited, type RouteConfig } from './operation';

const DESCRIPTION =
  'Prices and what becomes of your alerts and deliveries, as it happens. Over WebSocket: upgrade, and send the key in a header ' +
  'or as `{"type":"auth","key":"sk_live_…"}` in the first message, within 5 seconds; then ' +
  '`{"type":"subscribe","tickers":["BTC"]}` and `{"type":"resume","last_event_id":"…"}`. With `Accept: text/event-stream`: ' +
  'server-sent events, those after `Last-Event-ID` first. The key never goes into the URL.';

const QUOTE_EVENT =
  'event: quote\ndata: {"type":"quote","data":{"ticker":"BTC","price":65420.15,"quoted_at":"2026-03-01T12:00:00.000Z"}}\n\n';

/** The stream, as far as OpenAPI can say it: what goes over a WebSocket is in docs/stream.md. */
export function streamOperations(tickers: readonly string[]): RouteConfig[] {
  return [
    limited({
      call: 'GET /stream',
      operationId: 'openStream',
      tags: ['prices'],
      summary: 'Prices and your own events, as they happen',
      description: DESCRIPTION,
      tokens: 10,
      request: {
        query: streamQuerySchema(tickers),
        headers: z.object({
          'Last-Event-ID': z.string().optional().meta({
            description: 'The last event that you know: those that you missed come first',
          }),
        }),
      },
      responses: {
        101: { description: 'A WebSocket; each message is JSON, as the `data` of an event' },
        200: {
          description: 'Server-sent events, without end',
          content: { 'text/event-stream': { schema: z.string(), example: QUOTE_EVENT } },
        },
      },
      errors: {
        400: [
          'The Sec-WebSocket-Key header is missing or malformed',
          'API keys never go into the URL: send it in the Authorization or X-API-Key header, or over WebSocket in the first message',
        ],
        403: 'Pages of other origins may not have a stream; check the Origin header',
        422: { path: 'tickers', message: `Must be one of ${tickers.join(', ')}` },
        426: 'Upgrade to WebSocket, or accept text/event-stream',
        429: [
          'Rate limit exceeded: 10 requests in 10 seconds',
          'Rate limit exceeded: you have 20 streams, as many as are allowed; close one first',
        ],
        503: [
          'There are as many streams as this server can hold, or as one network may have of them',
          'The database is not reachable',
        ],
      },
    }),
  ];
}

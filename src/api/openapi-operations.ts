import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import {
  alarmSchema,
  alertDetailsSchema,
  alertSchema,
  anomalySchema,
  apiKeySchema,
  candleSchema,
  deliveryDetailsSchema,
  deliverySchema,
  enabledEndpointSchema,
  endpointSchema,
  healthSchema,
  newApiKeySchema,
  ratesSchema,
  recoveredSchema,
  registeredSchema,
  reportStartedSchema,
  rotatedSecretSchema,
  sourceSchema,
  statsSchema,
  testedSchema,
  userSchema,
  violationSchema,
} from './answers';
import { API_PREFIX } from './context';
import { type ErrorStatus, errorsOf, LIMIT_HEADERS } from './openapi-errors';
import {
  alarmListSchema,
  alertChangeSchema,
  alertListSchema,
  anomalyListSchema,
  candleListSchema,
  deliveryListSchema,
  enablingSchema,
  idempotencyHeader,
  newAlertSchema,
  newKeySchema,
  qualityListSchema,
  recoverSchema,
  registrationSchema,
  rollSchema,
  rotationSchema,
  webhookTestSchema,
} from './schemas';

const json = (schema: z.ZodType) => ({ content: { 'application/json': { schema } } });
const NEXT_PAGE = {
  Link: {
    description: '`<…>; rel="next"`, where there are more (RFC 8288)',
    schema: { type: 'string' as const },
  },
};
const REPLAYED = {
  'Idempotency-Replayed': {
    description: '`true` where the answer is that to a request before',
    schema: { type: 'string' as const },
  },
};
const BODY_ERRORS = [400, 413, 415, 422] as const satisfies ErrorStatus[];

/** Every call that the API has, for `openApiDocument`. */
export function operations(tickers: readonly string[]): RouteConfig[] {
  const idOf = (what: string) => z.object({ id: z.uuid().meta({ description: `The ${what}'s id` }) });
  const params = idOf('alert');
  return [
    limited(2, {
      method: 'post',
      path: '/users/register',
      operationId: 'register',
      tags: ['users'],
      summary: 'Register, and get an API key and the secret that signs your webhooks',
      security: [],
      request: { body: { required: true, ...json(registrationSchema) } },
      responses: {
        201: { description: 'Both secrets are shown only this once', ...json(registeredSchema) },
        ...errorsOf(...BODY_ERRORS),
      },
    }),
    limited(5, {
      method: 'get',
      path: '/users/me',
      operationId: 'getMe',
      tags: ['users'],
      summary: 'Who you are',
      responses: { 200: { description: 'You', ...json(userSchema) } },
    }),
    limited(5, {
      method: 'delete',
      path: '/users/me',
      operationId: 'deleteMe',
      tags: ['users'],
      summary: 'Leave',
      description:
        'All your keys are refused, all your alerts deleted, and your e-mail address and webhook secret forgotten; ' +
        'no webhook attempt begins afterwards. The address can be registered again.',
      responses: { 204: { description: 'You are gone' } },
    }),
    limited(5, {
      method: 'get',
      path: '/users/me/keys',
      operationId: 'listKeys',
      tags: ['users'],
      summary: 'Your API keys',
      responses: { 200: { description: 'The oldest first', ...json(z.array(apiKeySchema)) } },
    }),
    limited(5, {
      method: 'post',
      path: '/users/me/keys',
      operationId: 'createKey',
      tags: ['users'],
      summary: 'Get one more API key',
      description: 'At most 20 are good at a time.',
      request: { body: { required: true, ...json(newKeySchema) } },
      responses: {
        201: { description: 'The key is shown only this once', ...json(newApiKeySchema) },
        ...errorsOf(...BODY_ERRORS, 409),
      },
    }),
    limited(5, {
      method: 'post',
      path: '/users/me/keys/{id}/roll',
      operationId: 'rollKey',
      tags: ['users'],
      summary: 'Replace an API key by a new one of the same name',
      description:
        'The old one stays good for the overlap, so that your programs can change over in between.',
      request: { params: idOf('key'), body: { required: false, ...json(rollSchema) } },
      responses: {
        201: { description: 'The new key is shown only this once', ...json(newApiKeySchema) },
        ...errorsOf(...BODY_ERRORS, 404, 409),
      },
    }),
    limited(5, {
      method: 'delete',
      path: '/users/me/keys/{id}',
      operationId: 'revokeKey',
      tags: ['users'],
      summary: 'Revoke an API key',
      description:
        '**With your last key you leave**, as by `DELETE /users/me`: all your alerts are deleted, since nobody could ' +
        'manage them any longer, and the e-mail address is free again. So you do when the last one that is left ends ' +
        'at its time, which can only happen where you revoke the key that replaced it.',
      request: { params: idOf('key') },
      responses: { 204: { description: 'The key is refused from now on' }, ...errorsOf(404) },
    }),
    limited(5, {
      method: 'post',
      path: '/webhook-secret/rotate',
      operationId: 'rotateWebhookSecret',
      tags: ['users'],
      summary: 'Get a new webhook secret',
      description:
        'Until the grace period is over, every webhook carries a signature of the new secret and one of each before, ' +
        'the newest first, so that your server can change over in between. At most five secrets sign at a time.',
      request: { body: { required: false, ...json(rotationSchema) } },
      responses: {
        200: { description: 'The secret is shown only this once', ...json(rotatedSecretSchema) },
        ...errorsOf(...BODY_ERRORS, 409),
      },
    }),
    limited(5, {
      method: 'get',
      path: '/rates/',
      operationId: 'getRates',
      tags: ['prices'],
      summary: 'The prices at this moment',
      description: 'Only tickers with a fresh price are there. Limited by IP address.',
      responses: { 200: { description: 'US dollars by ticker', ...json(ratesSchema) } },
    }),
    ...marketOperations(tickers),
    limited(5, {
      method: 'post',
      path: '/alerts/',
      operationId: 'createAlert',
      tags: ['alerts'],
      summary: 'Draw a line',
      description:
        'An alert that is true already comes true at the next published price. With an `Idempotency-Key`, a request ' +
        'that is sent again within 24 hours makes no other alert and gets the same answer; while the first is still ' +
        'in progress it gets 409, and the same key with another body 422.',
      request: {
        headers: idempotencyHeader,
        body: { required: true, ...json(newAlertSchema(tickers)) },
      },
      responses: {
        201: { description: 'It watches from now on', headers: REPLAYED, ...json(alertSchema) },
        ...errorsOf(...BODY_ERRORS, 409),
      },
    }),
    limited(5, {
      method: 'get',
      path: '/alerts/',
      operationId: 'listAlerts',
      tags: ['alerts'],
      summary: 'Your alerts, the newest first, those that fired too',
      description: 'Where there are more, the `Link` header leads to the next page.',
      request: { query: alertListSchema(tickers) },
      responses: {
        200: {
          description: '1,000 at most',
          headers: NEXT_PAGE,
          ...json(z.array(z.union([alertSchema, alertDetailsSchema]))),
        },
        ...errorsOf(422),
      },
    }),
    limited(5, {
      method: 'get',
      path: '/alerts/{id}',
      operationId: 'getAlert',
      tags: ['alerts'],
      summary: 'One alert',
      request: { params },
      responses: { 200: { description: 'The alert', ...json(alertSchema) }, ...errorsOf(404) },
    }),
    limited(5, {
      method: 'patch',
      path: '/alerts/{id}',
      operationId: 'changeAlert',
      tags: ['alerts'],
      summary: 'Change, pause or resume an alert that has not fired',
      description:
        'Afterwards it comes true at the next published price at the soonest. A paused alert watches nothing: what ' +
        'happens meanwhile is not made up for.',
      request: { params, body: { required: true, ...json(alertChangeSchema) } },
      responses: {
        200: { description: 'The alert as it is now', ...json(alertSchema) },
        ...errorsOf(...BODY_ERRORS, 404, 409),
      },
    }),
    limited(5, {
      method: 'delete',
      path: '/alerts/{id}',
      operationId: 'deleteAlert',
      tags: ['alerts'],
      summary: 'Delete an alert; no webhook attempt begins afterwards',
      request: { params },
      responses: { 204: { description: 'It is gone' }, ...errorsOf(404) },
    }),
    limited(5, {
      method: 'get',
      path: '/alerts/{id}/deliveries',
      operationId: 'listDeliveries',
      tags: ['alerts'],
      summary: "What became of an alert's webhooks, attempt by attempt",
      request: { params },
      responses: {
        200: { description: 'The newest first', ...json(z.array(deliverySchema)) },
        ...errorsOf(404),
      },
    }),
    ...deliveryOperations(),
    limited(5, {
      method: 'get',
      path: '/endpoints',
      operationId: 'listEndpoints',
      tags: ['deliveries'],
      summary: 'Hosts of your webhooks that have failed within a month, and how they do',
      description: 'A host that never failed is not there.',
      responses: { 200: { description: 'By host', ...json(z.array(endpointSchema)) } },
    }),
    limited(5, {
      method: 'post',
      path: '/endpoints/{id}/enable',
      operationId: 'enableEndpoint',
      tags: ['deliveries'],
      summary: 'Have webhooks sent again to a host that was disabled',
      description: 'The body may be left out. 409 where it is not disabled.',
      request: { params: idOf('endpoint'), body: { required: false, ...json(enablingSchema) } },
      responses: {
        200: { description: 'It is enabled', ...json(enabledEndpointSchema) },
        ...errorsOf(...BODY_ERRORS, 404, 409),
      },
    }),
    limited(5, {
      method: 'get',
      path: '/sources',
      operationId: 'listSources',
      tags: ['prices'],
      summary: 'How the sources of prices do',
      responses: { 200: { description: 'Every configured source', ...json(z.array(sourceSchema)) } },
    }),
    ...reportOperations(tickers),
    {
      method: 'get',
      path: '/health',
      operationId: 'getHealth',
      tags: ['operations'],
      summary: 'Whether everything is up',
      responses: {
        200: { description: 'Everything is', ...json(healthSchema) },
        503: { description: 'Something is down', ...json(healthSchema) },
      },
    },
    {
      method: 'get',
      path: '/metrics',
      operationId: 'getMetrics',
      tags: ['operations'],
      summary: "Figures in Prometheus' text format",
      responses: {
        200: { description: 'The figures', content: { 'text/plain': { schema: { type: 'string' } } } },
      },
    },
  ];
}

/** The calls about what prices did. */
function marketOperations(tickers: readonly string[]): RouteConfig[] {
  const description = `One of ${tickers.join(', ')}, in any case`;
  const params = z.object({ ticker: z.string().meta({ description, example: tickers[0] }) });
  return [
    limited(5, {
      method: 'get',
      path: '/rates/{ticker}/candles',
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
          ...json(z.array(candleSchema)),
        },
        ...errorsOf(404, 422),
      },
    }),
    limited(5, {
      method: 'get',
      path: '/rates/{ticker}/stats',
      operationId: 'getStats',
      tags: ['prices'],
      summary: 'Mean, deviation, change, volatility and z-score of a price at its last minute',
      responses: { 200: { description: 'By window', ...json(statsSchema) }, ...errorsOf(404) },
      request: { params },
    }),
    limited(5, {
      method: 'get',
      path: '/anomalies',
      operationId: 'listAnomalies',
      tags: ['prices'],
      summary: 'What was out of the ordinary, the newest first',
      description: 'Where there are more, the `Link` header leads to the next page.',
      request: { query: anomalyListSchema(tickers) },
      responses: {
        200: { description: 'A page', headers: NEXT_PAGE, ...json(z.array(anomalySchema)) },
        ...errorsOf(422),
      },
    }),
  ];
}

/** The calls about the hourly reports, the data's quality, and what is wrong. */
function reportOperations(tickers: readonly string[]): RouteConfig[] {
  return [
    limited(5, {
      method: 'get',
      path: '/quality',
      operationId: 'listQuality',
      tags: ['operations'],
      summary: 'What was wrong with the data of an hour, the newest hour first',
      request: { query: qualityListSchema(tickers) },
      responses: {
        200: { description: '1,000 at most', ...json(z.array(violationSchema)) },
        ...errorsOf(422),
      },
    }),
    limited(5, {
      method: 'get',
      path: '/alarms',
      operationId: 'listAlarms',
      tags: ['operations'],
      summary: 'What is wrong, and what was, the newest first',
      request: { query: alarmListSchema },
      responses: { 200: { description: '1,000 at most', ...json(z.array(alarmSchema)) }, ...errorsOf(422) },
    }),
    limited(5, {
      method: 'post',
      path: '/reports/run',
      operationId: 'runReport',
      tags: ['operations'],
      summary: 'Have the hours reported that are owed, and the one under way',
      description: 'For operators only (`OPERATOR_EMAILS`). One that runs already by hand is joined.',
      responses: {
        202: { description: 'It is under way', ...json(reportStartedSchema) },
        ...errorsOf(403),
      },
    }),
  ];
}

const deliveryParams = z.object({
  id: z
    .string()
    .regex(/^msg_[\w-]{1,100}$/)
    .meta({ description: "The delivery's id, the `webhook-id` of every attempt", example: 'msg_…' }),
});

/** The calls about what was sent to webhooks. */
function deliveryOperations(): RouteConfig[] {
  const details = json(deliveryDetailsSchema);
  return [
    limited(5, {
      method: 'get',
      path: '/deliveries',
      operationId: 'listAllDeliveries',
      tags: ['deliveries'],
      summary: 'All that was sent to your webhooks, the newest first',
      description:
        'Where there are more, the `Link` header leads to the next page. A page ends early, too, once its deliveries have 1,000 ' +
        'attempts.',
      request: { query: deliveryListSchema },
      responses: {
        200: { description: 'A page', headers: NEXT_PAGE, ...json(z.array(deliveryDetailsSchema)) },
        ...errorsOf(422),
      },
    }),
    limited(5, {
      method: 'get',
      path: '/deliveries/{id}',
      operationId: 'getDelivery',
      tags: ['deliveries'],
      summary: 'One delivery with everything that is known of its attempts',
      request: { params: deliveryParams },
      responses: { 200: { description: 'The delivery', ...details }, ...errorsOf(404) },
    }),
    limited(5, {
      method: 'post',
      path: '/deliveries/recover',
      operationId: 'recoverDeliveries',
      tags: ['deliveries'],
      summary: 'Have everything delivered again that failed or was skipped in a span of time',
      description:
        '10,000 at most, the oldest first; where it says 10,000, ask again. Those of deleted alerts stay as they are, so do tests and ' +
        'what was made again twenty times; `redeliver` has these made, one by one.',
      request: { body: { required: true, ...json(recoverSchema) } },
      responses: {
        202: { description: 'They are on their way', ...json(recoveredSchema) },
        ...errorsOf(...BODY_ERRORS),
      },
    }),
    limited(5, {
      method: 'post',
      path: '/deliveries/{id}/redeliver',
      operationId: 'redeliver',
      tags: ['deliveries'],
      summary: 'Have a delivery made again that is over',
      description:
        'With the same `webhook-id` and the same body, under the same retry policy. 409 while it is unfinished, and where ' +
        'its alert was deleted.',
      request: { params: deliveryParams },
      responses: { 202: { description: 'It is on its way', ...details }, ...errorsOf(404, 409) },
    }),
    limited(5, {
      method: 'post',
      path: '/deliveries/{id}/retry-now',
      operationId: 'retryNow',
      tags: ['deliveries'],
      summary: 'Have the next attempt made now',
      description:
        'It counts against the limit as any other. 409 where the delivery is over or an attempt is under way.',
      request: { params: deliveryParams },
      responses: { 202: { description: 'It is due', ...details }, ...errorsOf(404, 409) },
    }),
    limited(5, {
      method: 'post',
      path: '/deliveries/{id}/cancel',
      operationId: 'cancelDelivery',
      tags: ['deliveries'],
      summary: 'Have no further attempt made',
      description:
        'An attempt that is under way may still arrive; it is delivered then. It can be delivered again later. 409 where it is over.',
      request: { params: deliveryParams },
      responses: { 200: { description: 'It is cancelled', ...details }, ...errorsOf(404, 409) },
    }),
    limited(5, {
      method: 'post',
      path: '/webhooks/test',
      operationId: 'testWebhook',
      tags: ['deliveries'],
      summary: 'Send a test to a webhook, and see what it answered',
      description:
        'One request of type `webhook.test`, signed and guarded as alerts are. 503 where it could not be made in time.',
      request: { body: { required: true, ...json(webhookTestSchema) } },
      responses: {
        200: { description: 'The one attempt, whatever came of it', ...json(testedSchema) },
        ...errorsOf(...BODY_ERRORS),
      },
    }),
  ];
}

/** What all limited calls share: the prefix, the key unless they say otherwise, the headers and the common errors. */
function limited(tokens: number, operation: RouteConfig): RouteConfig {
  const isOpen = operation.security?.length === 0;
  const responses = Object.entries(operation.responses).map(([status, response]) => [
    status,
    { ...response, headers: { ...LIMIT_HEADERS, ...('headers' in response && response.headers) } },
  ]);
  return {
    security: [{ ApiKey: [] }],
    ...operation,
    path: API_PREFIX + operation.path,
    description: [operation.description, `${tokens} requests in 10 seconds.`].filter(Boolean).join(' '),
    responses: {
      ...Object.fromEntries(responses),
      ...errorsOf(...(isOpen ? [] : [401 as const]), 429, 500, 503),
    },
  };
}

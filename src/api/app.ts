import { Router } from '@koa/router';
import Koa from 'koa';
import { isTracing } from '../tracing';
import { addAlarmRoutes } from './alarms';
import { addAlertExportRoutes } from './alert-export';
import { addAlertImportRoutes } from './alert-import';
import { addAlertPreviewRoutes } from './alert-preview';
import { addAlertRoutes } from './alerts';
import { addAnomalyRoutes } from './anomalies';
import { addCandleRoutes } from './candles';
import { API_PREFIX, type ApiState } from './context';
import { addDashboardRoutes } from './dashboard';
import { addDeliveryRoutes } from './deliveries';
import type { ApiDeps } from './deps';
import { addDocsRoutes } from './docs';
import { addEndpointRoutes } from './endpoints';
import { writeErrors } from './errors';
import { commonHeaders, nameRequest, securityHeaders } from './headers';
import { addHealthRoutes } from './health';
import { addKeyRoutes } from './keys';
import { addMetricsRoutes, countRequests } from './metrics';
import { refuseTheRest } from './not-found';
import { addQualityRoutes } from './quality';
import { addRateRoutes } from './rates';
import { addRedeliveryRoutes } from './redelivery';
import { addReportRoutes } from './reports';
import { logRequests } from './request-log';
import { refuseForeignHosts, refuseMalformed } from './requests';
import { addSourceRoutes } from './sources';
import { addStreamRoutes } from './stream';
import { traceRequests } from './traces';
import { addUserRoutes } from './users';
import { addWebhookSecretRoutes } from './webhook-secret';
import { addWebhookTestRoutes } from './webhook-test';

/** The HTTP API; it holds no state of its own, so any number may run over one database. */
export function createApp(deps: ApiDeps): Koa<ApiState> {
  const { config, log } = deps;
  const api = new Router<ApiState>({ prefix: API_PREFIX, sensitive: true });
  addUserRoutes(api, deps);
  addKeyRoutes(api, deps);
  addWebhookSecretRoutes(api, deps);
  addRateRoutes(api, deps);
  addCandleRoutes(api, deps);
  addAnomalyRoutes(api, deps);
  // Before those whose last part is an id.
  addAlertImportRoutes(api, deps);
  addAlertExportRoutes(api, deps);
  addAlertRoutes(api, deps);
  addAlertPreviewRoutes(api, deps);
  addDeliveryRoutes(api, deps);
  addRedeliveryRoutes(api, deps);
  addWebhookTestRoutes(api, deps);
  addEndpointRoutes(api, deps);
  addSourceRoutes(api, deps);
  addReportRoutes(api, deps);
  addQualityRoutes(api, deps);
  addAlarmRoutes(api, deps);
  addStreamRoutes(api, deps);
  const root = new Router<ApiState>({ sensitive: true });
  addHealthRoutes(root, deps);
  addMetricsRoutes(root, deps);
  addDocsRoutes(root, deps);
  const hasStream = api.match(`${API_PREFIX}/stream`, 'GET').route;
  addDashboardRoutes(root, { config, hasStream });

  const app = new Koa<ApiState>({ proxy: config.trustedProxies > 0, maxIpsCount: config.trustedProxies });
  app.on('error', (error) => log.warn({ err: error }, 'an answer could not be sent'));
  app
    .use(nameRequest())
    .use(traceRequests(isTracing()))
    .use(logRequests(log))
    .use(countRequests())
    .use(securityHeaders())
    .use(commonHeaders(config.market))
    .use(writeErrors(log))
    .use(refuseMalformed())
    .use(refuseForeignHosts(config))
    .use(api.routes())
    .use(root.routes())
    .use(refuseTheRest());
  return app;
}

import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { ApiMiddleware } from './context';

/**
 * One span a request; where no traces are made, none and no cost. A caller's own `traceparent` is not taken: anybody could write
 * into our traces, or have everything sampled.
 */
export function traceRequests(isOn: boolean): ApiMiddleware {
  if (!isOn) return (_ctx, next) => next();
  const tracer = trace.getTracer('pricehook');
  return (ctx, next) =>
    tracer.startActiveSpan(ctx.method, { kind: SpanKind.SERVER, root: true }, async (span) => {
      try {
        await next();
      } finally {
        const route = String(ctx._matchedRoute ?? 'none');
        span.updateName(`${ctx.method} ${route}`);
        span.setAttributes({
          'http.request.method': ctx.method,
          'http.route': route,
          'http.response.status_code': ctx.status,
          'pricehook.request_id': ctx.state.requestId,
        });
        if (ctx.status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
        span.end();
      }
    });
}

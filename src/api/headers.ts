import { randomUUID } from 'node:crypto';
import helmet from 'koa-helmet';
import type { ApiMiddleware } from './context';

/** A caller's own id is taken only in a form that can't disturb a log line or a header. */
const REQUEST_ID = /^[\w.:-]{1,64}$/;

/** Names the request, so that its answer, its log line and the caller's own records can be matched. */
export function nameRequest(): ApiMiddleware {
  return (ctx, next) => {
    const given = ctx.get('X-Request-Id');
    ctx.state.requestId = REQUEST_ID.test(given) ? given : randomUUID();
    ctx.set('X-Request-Id', ctx.state.requestId);
    return next();
  };
}

/** Says on every answer which market it is about, and that nobody may keep it. */
export function commonHeaders(market: string): ApiMiddleware {
  return (ctx, next) => {
    ctx.set('X-Market', market);
    ctx.set('Cache-Control', 'no-store');
    return next();
  };
}

/** Browsers run no scripts but our own, and frame nothing. */
export function securityHeaders(): ApiMiddleware {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        imgSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
      },
    },
    // The service itself speaks plain HTTP; whatever ends TLS in front of it decides on this.
    strictTransportSecurity: false,
  });
}

import { randomUUID } from 'node:crypto';
import helmet from 'koa-helmet';
import { API_PREFIX, type ApiMiddleware } from './context';

/** A caller's own id is taken only in a form that can't disturb a log line or a header. */
const REQUEST_ID = /^[\w.:-]{1,64}$/;

/** Names the request, so that its answer, its log line and the caller's own records can be matched. */
export function nameRequest(): ApiMiddleware {
  return (ctx, next) => {
    const given = ctx.get('X-Request-Id');
    ctx.state.requestId = REQUEST_ID.test(given) ? given : randomUUID();
    ctx.res.setHeader('X-Request-Id', ctx.state.requestId);
    return next();
  };
}

/** Says on every answer which market it is about, and that nobody may keep it. */
export function commonHeaders(market: string): ApiMiddleware {
  return (ctx, next) => {
    ctx.res.setHeader('X-Market', market);
    ctx.res.setHeader('Cache-Control', 'no-store');
    return next();
  };
}

/** What a browser may do with an answer that is data, and no page (OWASP REST Security Cheat Sheet). */
const DATA_HEADERS = Object.entries({
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
});

/** Browsers run no scripts but our own, and frame nothing. */
export function securityHeaders(): ApiMiddleware {
  const ofPages = pageHeaders();
  return (ctx, next) => {
    if (!ctx.req.url?.startsWith(`${API_PREFIX}/`)) return ofPages(ctx, next);
    for (const [name, value] of DATA_HEADERS) ctx.res.setHeader(name, value);
    return next();
  };
}

function pageHeaders(): ApiMiddleware {
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
        styleSrc: ["'self'"],
      },
    },
    // The service itself speaks plain HTTP; whatever ends TLS in front of it decides on this.
    strictTransportSecurity: false,
  });
}

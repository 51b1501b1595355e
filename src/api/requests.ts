import ipaddr from 'ipaddr.js';
import type { ApiContext, ApiMiddleware } from './context';
import type { ApiDeps } from './deps';
import { httpError } from './errors';

const CONTINUE = /(?:^|\W)100-continue(?:\W|$)/i;
/** The names of this machine that every browser resolves by itself. */
export const LOCAL_HOSTS = ['localhost', '127.0.0.1', '[::1]'];

/** The path that was asked for; undefined for an address that can't be read. */
export function pathOf(ctx: Pick<ApiContext, 'path'>): string | undefined {
  try {
    return ctx.path ?? undefined;
  } catch {
    return undefined;
  }
}

/** Refuses what HTTP itself forbids and Node lets through, or would refuse in a form of its own. */
export function refuseMalformed(): ApiMiddleware {
  return (ctx, next) => {
    const { headers, httpVersion } = ctx.req;
    if (pathOf(ctx) === undefined) throw httpError(400, 'The address of the request is malformed');
    if (httpVersion === '1.1' && headers.host === undefined) {
      throw httpError(400, 'The Host header is missing');
    }
    // Before HTTP 1.1 the header meant nothing.
    if (httpVersion === '1.1' && headers.expect !== undefined && !CONTINUE.test(headers.expect)) {
      throw httpError(417, 'Nothing can be expected but 100-continue');
    }
    return next();
  };
}

/**
 * Keeps web pages away from a stack on somebody's own machine. A page can have its name resolve to loopback and be of
 * one origin with the API; what it can't do is ask for another name than its own.
 */
export function refuseForeignHosts({ host, embedded, trustedProxies }: ApiDeps['config']): ApiMiddleware {
  const isLocal = isLoopback(host) && (embedded.postgres || embedded.temporal) && trustedProxies === 0;
  if (!isLocal) return (_ctx, next) => next();
  const isOwn = ownHosts(host);
  return (ctx, next) => {
    if (!isOwn(ctx.req.headers.host)) {
      throw httpError(403, `This API answers only to ${LOCAL_HOSTS.join(', ')}; check the Host header`);
    }
    return next();
  };
}

/** Tells whether a Host header names a server that listens on `host`, an address of the loopback interface. */
export function ownHosts(host: string): (asked: string | undefined) => boolean {
  const own = new Set([...LOCAL_HOSTS, host.includes(':') ? `[${host}]` : host.toLowerCase()]);
  // No browser leaves it out.
  return (asked) => asked === undefined || own.has(asked.toLowerCase().replace(/:\d*$/, ''));
}

/** Whether only this machine reaches a server that listens on `host`. */
export function isLoopback(host: string): boolean {
  if (host.toLowerCase() === 'localhost') return true;
  return ipaddr.isValid(host) && ipaddr.process(host).range() === 'loopback';
}

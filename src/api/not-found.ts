import type { ApiMiddleware } from './context';
import { httpError } from './errors';

/** What no route took: OPTIONS, a method that the path does not have, or an unknown path. */
export function refuseTheRest(): ApiMiddleware {
  return (ctx) => {
    const methods = new Set((ctx.matched ?? []).flatMap((layer) => layer.methods));
    if (methods.size === 0) throw httpError(404, 'Not Found');
    const Allow = [...methods, 'OPTIONS'].join(', ');
    if (ctx.method !== 'OPTIONS') throw httpError(405, 'Method Not Allowed', { Allow });
    ctx.set({ Allow });
    ctx.status = 204;
  };
}

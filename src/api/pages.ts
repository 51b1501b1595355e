import type { ListPlace } from '../db/list-place';
import { API_PREFIX, type ApiContext } from './context';
import { encodeCursor } from './cursor';

/** Says in the `Link` header (RFC 8288) where the next page of a list is, if there is one. */
export function linkToNext(ctx: ApiContext, path: string, next: ListPlace | undefined): void {
  if (next === undefined) return;
  const query = new URLSearchParams({ ...(ctx.query as object), cursor: encodeCursor(next) });
  ctx.set('Link', `<${API_PREFIX}${path}?${query}>; rel="next"`);
}

import type { IncomingHttpHeaders } from 'node:http';
import { parseUrl } from '../../parse-url';

/**
 * Whether a page of this origin may have a stream: those that this server itself serves, under the name that it was asked by or
 * its public one. Browsers let any page open a WebSocket, and say only here whose it is; programs say nothing.
 */
export function isOwnOrigin({ origin, host }: IncomingHttpHeaders, publicUrl: string | undefined): boolean {
  if (origin === undefined) return true;
  const page = parseUrl(origin);
  if (page === null || !/^https?:$/.test(page.protocol)) return false;
  if (publicUrl !== undefined && page.origin === new URL(publicUrl).origin) return true;
  // What ends TLS in front of this server may leave it to plain HTTP, but not another name.
  return parseUrl(`${page.protocol}//${host}`)?.host === page.host;
}

import { once } from 'node:events';
import { request } from 'node:http';
import type { Socket } from 'node:net';

/** The egress proxy makes no connection: it forbids the address, or can't reach it. `code` names its answer: `PROXY_407`. */
export class ProxyRefusalError extends Error {
  override name = 'ProxyRefusalError';
  readonly code: string;
  constructor(statusCode: number) {
    super(`The proxy answered ${statusCode}`);
    this.code = `PROXY_${statusCode}`;
  }
}

/**
 * A tunnel to a host through an HTTP proxy (CONNECT; RFC 9110, 9.3.6), which resolves the name and judges the addresses.
 * @throws ProxyRefusalError where the proxy answers anything but 2xx
 * @throws Error where the proxy can't be reached, or the signal aborts
 */
export async function openTunnel(
  proxy: string,
  { hostname, port }: { hostname: string; port: number },
  signal: AbortSignal,
): Promise<Socket> {
  const host = `${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`;
  // No pool. The signal is not the request's own: it ends with one webhook, and the tunnel may carry the next.
  const connect = request(proxy, { method: 'CONNECT', path: host, headers: { host }, agent: false });
  connect.on('error', () => {});
  connect.end();
  try {
    const [{ statusCode }, socket] = await once(connect, 'connect', { signal });
    if (statusCode < 200 || statusCode > 299) throw new ProxyRefusalError(statusCode);
    return socket as Socket;
  } catch (error) {
    connect.destroy();
    throw error;
  }
}

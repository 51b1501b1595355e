import ipaddr from 'ipaddr.js';
import type { ApiContext } from './context';

/** Some proxies write the port, too, which changes with every connection: `192.0.2.1:80`, `[2001:db8::1]:80`. */
const WITH_PORT = /^(?:\[([^\]]+)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+)$/;

/** Whom an address stands for: itself, or with IPv6 its /64, since one customer has all of that. */
export function clientNetwork(ctx: ApiContext): string {
  const [, ipv6, ipv4] = WITH_PORT.exec(ctx.ip) ?? [];
  const claimed = ipv6 ?? ipv4 ?? ctx.ip;
  const ip = ipaddr.isValid(claimed) ? claimed : (ctx.req.socket.remoteAddress ?? '');
  if (!ipaddr.isValid(ip)) return 'unknown';
  const address = ipaddr.process(ip);
  if (!(address instanceof ipaddr.IPv6)) return address.toString();
  const network = address.parts.slice(0, 4).map((part) => part.toString(16));
  return `${network.join(':')}::/64`;
}

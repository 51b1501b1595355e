import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Azure's platform address. By number it is public, yet it answers questions about the machine that asks. */
const PLATFORM_ADDRESS = '168.63.129.16';

/**
 * All that is assigned as global unicast for IPv6. Without it, 100:0:0:1::/64, `::a.b.c.d` and whatever else
 * ipaddr.js has no name for would pass as unicast.
 */
const GLOBAL_UNICAST_V6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** The address without an IPv6 wrapping of IPv4 (`::ffff:a.b.c.d`); undefined where it is not an address at all. */
function parse(ip: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  switch (isIP(ip)) {
    case 4:
      return ipaddr.IPv4.parse(ip);
    case 6: {
      const address = ipaddr.IPv6.parse(withoutDots(ip));
      return address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
    }
    default:
      // ipaddr.js alone would also take short, octal and hexadecimal forms.
      return undefined;
  }
}

/** An IPv6 address in hexadecimal only, without its zone: ipaddr.js takes `::1.2.3.4` for `::ffff:1.2.3.4`. */
function withoutDots(ip: string): string {
  return new URL(`http://[${ip.replace(/%.*/, '')}]/`).hostname.slice(1, -1);
}

/** Whether an address belongs to the public internet; false for anything reserved, private, or translated. */
export function isPublicAddress(ip: string): boolean {
  const address = parse(ip);
  if (address?.range() !== 'unicast') return false;
  return address instanceof ipaddr.IPv6
    ? address.match(GLOBAL_UNICAST_V6)
    : address.toString() !== PLATFORM_ADDRESS;
}

/** Whether an address lies in one of these CIDR blocks; an IPv4 block also matches the IPv4-mapped form. */
export function isInside(ip: string, networks: readonly string[]): boolean {
  const address = parse(ip);
  return address !== undefined && networks.some((network) => matches(address, network));
}

function matches(address: ipaddr.IPv4 | ipaddr.IPv6, network: string): boolean {
  const [base, bits] = ipaddr.parseCIDR(network);
  if (base instanceof ipaddr.IPv6 && base.isIPv4MappedAddress() && bits >= 96) {
    return address instanceof ipaddr.IPv4 && address.match(base.toIPv4Address(), bits - 96);
  }
  return address.kind() === base.kind() && address.match(base, bits);
}

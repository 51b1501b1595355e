import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { isAllowedAddress } from '../../src/webhooks/address';
import { FORBIDDEN, FORBIDDEN_V4, FORBIDDEN_V6, PUBLIC } from './forbidden';
import { PUBLIC_ONLY } from './servers';

/** The last address of a CIDR block. */
function lastOf(cidr: string): ipaddr.IPv4 | ipaddr.IPv6 {
  const [base, bits] = ipaddr.parseCIDR(cidr);
  const bytes = base
    .toByteArray()
    .map((byte, at) => byte | (0xff >> Math.min(8, Math.max(0, bits - 8 * at))));
  return ipaddr.fromByteArray(bytes);
}

const allowing = (...allowedNetworks: string[]) => ({ ...PUBLIC_ONLY, allowedNetworks });

describe('isAllowedAddress', () => {
  it.each(FORBIDDEN)('refuses $address of $block', ({ address }) => {
    expect(isAllowedAddress(address, PUBLIC_ONLY)).toBe(false);
  });

  const blocks = Object.keys({ ...FORBIDDEN_V4, ...FORBIDDEN_V6 }).filter((name) => name.includes('/'));
  it.each(blocks)('refuses the first and the last address of %s', (block) => {
    const cidr = block.replace(/ .*/, '');
    const kind = cidr.includes(':') ? ipaddr.IPv6 : ipaddr.IPv4;
    for (const address of [kind.networkAddressFromCIDR(cidr), lastOf(cidr)]) {
      expect(isAllowedAddress(address.toString(), PUBLIC_ONLY)).toBe(false);
    }
  });

  it.each(PUBLIC)('allows %s', (address) => {
    expect(isAllowedAddress(address, PUBLIC_ONLY)).toBe(true);
  });

  it.each(['', 'localhost', '127.1', '8.8', '0x8.8.8.8', '008.8.8.8', '[::1]', '8.8.8.8:80'])(
    'refuses %j, which is no address',
    (text) => {
      expect(isAllowedAddress(text, allowing('0.0.0.0/0', '::/0'))).toBe(false);
    },
  );

  it('allows what lies in the allowed networks, and nothing beside it', () => {
    const policy = allowing('10.1.0.0/16', 'fd00::/8');
    expect(isAllowedAddress('10.1.2.3', policy)).toBe(true);
    expect(isAllowedAddress('10.2.0.1', policy)).toBe(false);
    expect(isAllowedAddress('fd00::1', policy)).toBe(true);
    expect(isAllowedAddress('fc00::1', policy)).toBe(false);
  });

  it('takes IPv4 in IPv6 for the IPv4 address that it is, in addresses and in networks', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), fc.integer({ min: 0, max: 32 }), (ip, base, bits) => {
        const policies = [PUBLIC_ONLY, allowing(`${base}/${bits}`), allowing(`::ffff:${base}/${bits + 96}`)];
        const plain = policies.map((policy) => isAllowedAddress(ip, policy));
        const mapped = policies.map((policy) => isAllowedAddress(`::ffff:${ip}`, policy));
        expect(mapped).toEqual(plain);
        expect(plain[2]).toBe(plain[1]);
      }),
    );
  });

  it('allows no IPv6 address outside 2000::/3, but for IPv4 in it', () => {
    fc.assert(
      fc.property(fc.ipV6(), (ip) => {
        const canonical = new URL(`http://[${ip}]/`).hostname;
        fc.pre(!/^\[([23][0-9a-f]{3}|::ffff):/.test(canonical));
        expect(isAllowedAddress(ip, PUBLIC_ONLY)).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  it('does not take ::a.b.c.d, which is another address, for a.b.c.d', () => {
    expect(isAllowedAddress('::10.0.0.1', allowing('10.0.0.0/8'))).toBe(false);
    expect(isAllowedAddress('::10.0.0.1', allowing('::/96'))).toBe(true);
  });

  it('reads an address with a zone', () => {
    expect(isAllowedAddress('fe80::1%eth0', PUBLIC_ONLY)).toBe(false);
    expect(isAllowedAddress('fe80::1%eth0', allowing('fe80::/10'))).toBe(true);
  });
});

import { lookup, Resolver as NameServers } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';

export interface ResolvedAddress {
  address: string;
  family: 4 | 6;
}

/** All addresses of a name; rejects, or answers none, where the name does not resolve. */
export type Resolver = (hostname: string) => Promise<ResolvedAddress[]>;

const HOSTS_FILE = '/etc/hosts';
const ASK_ONCE_MS = 2_000;

/**
 * The hosts file and then the system's name servers. The C library's resolver would do both, but it takes one of a few
 * threads for each question: names of one user whose servers answer slowly would hold up everybody's. Only `localhost`
 * goes to it, which no server is asked for.
 */
export const systemResolver: Resolver = async (hostname) => {
  if (hostname === 'localhost') return (await lookup(hostname, { all: true })) as ResolvedAddress[];
  const known = hostsOf(hostname, await readFile(HOSTS_FILE, 'utf8').catch(() => ''));
  return known.length > 0 ? known : await askNameServers(hostname);
};

/** The addresses that the text of a hosts file gives a name. */
export function hostsOf(hostname: string, hosts: string): ResolvedAddress[] {
  return hosts
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim().split(/\s+/))
    .filter(
      ([address, ...names]) => address && names.some((name) => name.toLowerCase() === hostname.toLowerCase()),
    )
    .map(([address = '']) => ({ address, family: isIP(address) as 4 | 6 }))
    .filter(({ family }) => family !== (0 as number));
}

/** Both kinds of addresses; one kind is enough, and an error counts only where there is neither. */
async function askNameServers(hostname: string): Promise<ResolvedAddress[]> {
  const servers = new NameServers({ timeout: ASK_ONCE_MS, tries: 2 });
  const [v4, v6] = await Promise.allSettled([servers.resolve4(hostname), servers.resolve6(hostname)]);
  const addresses = [
    ...(v4.status === 'fulfilled' ? v4.value : []).map((address) => ({ address, family: 4 as const })),
    ...(v6.status === 'fulfilled' ? v6.value : []).map((address) => ({ address, family: 6 as const })),
  ];
  if (addresses.length === 0 && v4.status === 'rejected') throw v4.reason;
  return addresses;
}

/**
 * The same resolver, asked once for all who want the same name at the same moment. The system's resolver has few
 * threads, so a burst to one host would queue behind itself. Nothing is kept once the answer is there.
 */
export function shareLookups(resolve: Resolver): Resolver {
  const underWay = new Map<string, Promise<ResolvedAddress[]>>();
  return (hostname) => {
    const shared = underWay.get(hostname) ?? resolve(hostname).finally(() => underWay.delete(hostname));
    underWay.set(hostname, shared);
    return shared;
  };
}

/** The work's outcome, or the signal's reason as soon as it aborts; the work itself goes on unheard. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    if (signal.aborted) reject(signal.reason);
    work.then(resolve, reject);
  });
}

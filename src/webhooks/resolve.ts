import { lookup } from 'node:dns/promises';

export interface ResolvedAddress {
  address: string;
  family: 4 | 6;
}

/** All addresses of a name; rejects, or answers none, where the name does not resolve. */
export type Resolver = (hostname: string) => Promise<ResolvedAddress[]>;

/** The system's own resolver, `/etc/hosts` included. */
export const systemResolver: Resolver = async (hostname) =>
  (await lookup(hostname, { all: true })) as ResolvedAddress[];

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

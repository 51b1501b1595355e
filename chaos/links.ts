import { setTimeout as sleep } from 'node:timers/promises';
import { type Fault, type FaultProxy, startFaultProxy } from './fault-proxy';
import { LINKS, type LinkName } from './plan';

/** The connections between the parts, each through a proxy of its own. */
export interface Links {
  /** For `TestStackOptions`: the proxies' ports; they are started at the first call. */
  portsFor(
    program: 'worker' | 'api',
    servers: { postgres: number; temporal: number },
  ): Promise<{ postgres: number; temporal: number }>;
  /** Disturbs a connection for so long. */
  disturb(link: LinkName, fault: Fault, forMs: number): Promise<void>;
  close(): Promise<void>;
}

export function createLinks(): Links {
  const proxies = new Map<LinkName, FaultProxy>();
  const faults = new Map<LinkName, Fault>();

  async function portOf(link: LinkName, target: number): Promise<number> {
    const proxy = proxies.get(link) ?? (await startFaultProxy(target));
    proxies.set(link, proxy);
    return proxy.port;
  }

  function set(link: LinkName, fault: Fault): void {
    faults.set(link, fault);
    proxies.get(link)?.set(fault);
  }

  return {
    async portsFor(program, servers) {
      const name = program === 'api' ? 'API' : 'worker';
      return {
        postgres: await portOf(`${name} → PostgreSQL`, servers.postgres),
        temporal: await portOf(`${name} → Temporal`, servers.temporal),
      };
    },
    async disturb(link, fault, forMs) {
      set(link, fault);
      await sleep(forMs);
      // Another fault may have taken its place.
      if (faults.get(link) === fault) set(link, { kind: 'none' });
    },
    async close() {
      for (const link of LINKS) await proxies.get(link)?.close();
    },
  };
}

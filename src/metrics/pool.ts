import { Gauge } from 'prom-client';
import type { PoolCounts } from '../db/connect';
import { registry } from './registry';

const pools = new Map<string, PoolCounts>();

new Gauge({
  name: 'pricehook_database_connections',
  help: 'Connections of a pool (`api`; of a worker `worker`, and `deliveries`, which records attempts): idle or busy; and how many wait for one.',
  labelNames: ['pool', 'state'],
  registers: [registry],
  collect() {
    for (const [pool, { totalCount, idleCount, waitingCount }] of pools) {
      this.set({ pool, state: 'idle' }, idleCount);
      this.set({ pool, state: 'busy' }, totalCount - idleCount);
      this.set({ pool, state: 'waiting' }, waitingCount);
    }
  },
});

/** Has a pool's connections told; the last one of a name counts. */
export function watchPool(name: 'api' | 'worker' | 'deliveries'): (pool: PoolCounts) => void {
  return (pool) => void pools.set(name, pool);
}

import type { Partition } from '../../src/archive/partition';
import { HOUR_MS, hourFolder } from '../../src/archive/snapshot';

/** A thousand rows of an hour of 1970, always the same. */
export function hourPartition(hour: number): Partition {
  const rows = Array.from({ length: 1_000 }, (_, n) => ({
    at: new Date(hour * HOUR_MS + n),
    price: `${hour}.${n}`,
  }));
  return {
    folder: hourFolder('snapshots', hour * HOUR_MS),
    name: 'BTC',
    columns: [
      { name: 'at', type: 'time' },
      { name: 'price', type: 'decimal' },
    ],
    rows,
  };
}

import { z } from 'zod';

const check = z.enum(['ok', 'down']);

export const healthSchema = z
  .strictObject({
    status: z.enum(['ok', 'degraded']),
    version: z.string(),
    market: z.enum(['live', 'replay']),
    checks: z.strictObject({ database: check, temporal: check, worker: check, quotes: check }),
  })
  .meta({ id: 'Health' });

export const probeSchema = z
  .strictObject({ status: z.enum(['ok', 'draining', 'down']) })
  .meta({ id: 'Probe' });

export type HealthAnswer = z.infer<typeof healthSchema>;
export type ProbeAnswer = z.infer<typeof probeSchema>;

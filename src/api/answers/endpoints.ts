import { z } from 'zod';
import { id, time } from './fields';

export const recoveredSchema = z
  .strictObject({ recovered: z.int().meta({ description: 'How many are delivered again now' }) })
  .meta({ id: 'Recovered' });

export const endpointSchema = z
  .strictObject({
    id,
    host: z.string().meta({ description: 'With its port, if the URL names one', example: 'example.com' }),
    status: z.enum(['ok', 'failing', 'disabled']),
    failing_since: time.nullable().meta({ description: 'The first failure after the last success' }),
    failures: z.int().meta({ description: 'Since then; under heavy load some are not counted' }),
    last_failure_at: time.nullable(),
    last_error: z.string().nullable().meta({ description: 'What went wrong then, in a sentence' }),
    last_status_code: z.int().nullable(),
    last_success_at: time
      .nullable()
      .meta({ description: 'Exact to a minute; null where none followed a failure' }),
    disabled_at: time.nullable(),
    skipped: z.int().meta({ description: 'Deliveries that were skipped and can be made again' }),
  })
  .meta({ id: 'Endpoint' });

export const enabledEndpointSchema = z
  .strictObject({ ...endpointSchema.shape, ...recoveredSchema.shape })
  .meta({ id: 'EnabledEndpoint' });

export type RecoveredAnswer = z.infer<typeof recoveredSchema>;
export type EndpointAnswer = z.infer<typeof endpointSchema>;
export type EnabledEndpointAnswer = z.infer<typeof enabledEndpointSchema>;

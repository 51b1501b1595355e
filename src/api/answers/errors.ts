import { z } from 'zod';

export const errorSchema = z
  .strictObject({ error: z.literal('HTTPException'), detail: z.string(), code: z.int() })
  .meta({ id: 'Error' });

export const validationErrorSchema = z
  .strictObject({
    error: z.literal('ValidationError'),
    detail: z.string(),
    code: z.literal(422),
    errors: z.array(
      z.strictObject({ path: z.string().meta({ example: 'target_price' }), message: z.string() }),
    ),
  })
  .meta({ id: 'ValidationError' });

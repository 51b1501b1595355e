import { z } from 'zod';
import { id, time } from './fields';

export const registeredSchema = z
  .strictObject({
    id,
    email: z.string(),
    api_key: z.string().meta({ description: 'Shown only here', example: 'sk_live_…' }),
    webhook_secret: z
      .string()
      .meta({ description: 'Signs the webhooks (Standard Webhooks); shown only here', example: 'whsec_…' }),
  })
  .meta({ id: 'RegisteredUser' });

export const userSchema = z
  .strictObject({ id, email: z.string(), is_active: z.boolean(), created_at: time })
  .meta({ id: 'User' });

export const rotatedSecretSchema = z
  .strictObject({
    webhook_secret: z.string().meta({ description: 'Shown only here', example: 'whsec_…' }),
    previous_expires_at: time.meta({ description: 'When the last of the secrets before stops signing' }),
  })
  .meta({ id: 'RotatedSecret' });

const key = {
  id,
  name: z.string().meta({ example: 'default' }),
  prefix: z.string().meta({ description: 'How the key begins', example: 'sk_live_3fGh1k' }),
  created_at: time,
  expires_at: time.nullable().meta({ description: 'The key is refused from then on' }),
};

export const apiKeySchema = z
  .strictObject({
    ...key,
    last_used_at: time.nullable().meta({ description: 'Accurate to a minute or so' }),
  })
  .meta({ id: 'ApiKey' });

export const newApiKeySchema = z
  .strictObject({
    ...key,
    api_key: z.string().meta({ description: 'Shown only here', example: 'sk_live_…' }),
  })
  .meta({ id: 'NewApiKey' });

export type UserAnswer = z.infer<typeof userSchema>;
export type RegisteredAnswer = z.infer<typeof registeredSchema>;
export type RotatedSecretAnswer = z.infer<typeof rotatedSecretSchema>;
export type ApiKeyAnswer = z.infer<typeof apiKeySchema>;
export type NewApiKeyAnswer = z.infer<typeof newApiKeySchema>;

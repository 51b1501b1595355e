import { sql } from 'kysely';

/** Whether a row of `api_keys` lets its user in at this moment, as far as the key goes; `arm_alert` asks the same. */
export const isGoodKey = sql<boolean>`(
  api_keys.revoked_at is null and (api_keys.expires_at is null or api_keys.expires_at > clock_timestamp())
)`;

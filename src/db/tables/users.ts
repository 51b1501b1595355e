import type { Generated } from 'kysely';
import type { GeneratedTime, Time } from './columns';

export interface UsersTable {
  id: Generated<string>;
  /** Null once the user has left. */
  email: string | null;
  is_active: Generated<boolean>;
  created_at: GeneratedTime;
}

/** What a user's webhooks are signed with: the newest, and those that end soon. */
export interface WebhookSecretsTable {
  id: Generated<string>;
  user_id: string;
  /** `v1.<key id>.<base64url>`, encrypted for this user. */
  secret: string;
  created_at: GeneratedTime;
  /** Null for the current one. */
  expires_at: Time | null;
}

export interface ApiKeysTable {
  id: Generated<string>;
  user_id: string;
  /** What its user calls it; `default` for the one of the registration. */
  name: Generated<string>;
  /** The first characters of the key, for people to tell their keys apart. */
  prefix: string;
  /** SHA-256 of the whole key. */
  hash: Buffer;
  created_at: GeneratedTime;
  /** It is refused from then on; null: never by itself. */
  expires_at: Time | null;
  revoked_at: Time | null;
  /** Accurate to a minute or so. */
  last_used_at: Time | null;
}

/** What was answered to requests with an `Idempotency-Key`. */
export interface IdempotencyKeysTable {
  user_id: string;
  key: string;
  request_hash: Buffer;
  /** The very body of the answer. */
  answer: string;
  created_at: GeneratedTime;
}

/** Users who lost a key, perhaps their last, and whose alerts must be looked at. */
export interface KeysLostTable {
  user_id: string;
  at: GeneratedTime;
}

export interface RateBucketsTable {
  key: string;
  tokens: number;
  refilled_at: GeneratedTime;
}

/** People, their keys and secrets, and what is kept to limit their requests. */
export interface UserTables {
  users: UsersTable;
  webhook_secrets: WebhookSecretsTable;
  api_keys: ApiKeysTable;
  idempotency_keys: IdempotencyKeysTable;
  keys_lost: KeysLostTable;
  rate_buckets: RateBucketsTable;
}

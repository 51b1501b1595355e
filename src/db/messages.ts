import { randomUUID } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { AlertMessageType, MessageType } from '../domain/delivery';
import { carrierOf } from './carrier';
import type { Owner } from './reopening';
import type { Database } from './schema';

export interface NewMessage extends Owner {
  type: Exclude<MessageType, AlertMessageType>;
  url: string;
  /** What the body tells beside the type and the time. */
  data: Record<string, unknown>;
  /** Instead of the configured limit of attempts. */
  maxAttempts?: number;
  /** Who asked for it; absent: nobody. */
  cause?: 'user';
}

/**
 * Stores a message that belongs to no alert, to be delivered by a workflow of its own.
 * @returns its `msg_…` id, and that workflow's
 */
export async function insertMessage(
  db: Kysely<Database>,
  message: NewMessage,
): Promise<{ id: string; workflowId: string }> {
  const { userId, market, type, url, data, maxAttempts = null, cause = null } = message;
  const id = `msg_${randomUUID().replaceAll('-', '')}`;
  const timestamp = new Date().toISOString();
  return await db
    .insertInto('deliveries')
    .values({
      ...{ id, type, market, url },
      user_id: userId,
      firing_number: 0,
      body: JSON.stringify({ type, timestamp, ...data, ...(market === 'replay' && { simulated: true }) }),
      next_attempt_at: sql<Date>`now()`,
      max_attempts: maxAttempts,
      next_cause: cause,
    })
    .returning(['id', carrierOf('deliveries').as('workflowId')])
    .executeTakeFirstOrThrow();
}

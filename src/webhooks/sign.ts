import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

export type SignatureHeaders = Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>;

/**
 * The headers that prove a message's origin (Standard Webhooks), one signature a secret, so that a receiver may hold
 * either of two while they change. `at` is the time of this attempt; the body is UTF-8, the very bytes to be sent.
 * @throws Error for a secret that is not `whsec_` and base64
 */
export function signedHeaders(message: {
  id: string;
  body: Buffer | string;
  secrets: string[];
  at: Date;
}): SignatureHeaders {
  const { id, at } = message;
  const body = message.body.toString();
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': message.secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
  };
}

/** A new secret to sign with: `whsec_` and 32 random bytes in base64. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

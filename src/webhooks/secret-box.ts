import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

const FORM = /^v1\.([0-9a-f]{8})\.([\w-]+)$/;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Thrown for a sealed secret that none of the keys opens, or that was altered or moved; the message names no secret. */
export class SealError extends Error {
  override name = 'SealError';
}

/** Keeps webhook secrets unreadable in the database: `v1.<key id>.<base64url of IV, ciphertext and tag>`. */
export interface SecretBox {
  /** The id of the key that seals; derived from the key, and no help in guessing it. */
  readonly keyId: string;
  /** The ids of all keys, those that only open included. */
  readonly keyIds: readonly string[];
  /** Encrypts a user's secret with the first key (AES-256-GCM); nobody else's row can hold it. */
  seal(secret: string, userId: string): string;
  /** @throws SealError for what is not sealed, is another user's, or needs a key that is not there */
  open(sealed: string, userId: string): string;
}

/** A box for keys of 32 bytes in hex: the first one seals, all of them open. */
export function createSecretBox(hexKeys: readonly string[]): SecretBox {
  const keys = new Map(hexKeys.map((hex) => Buffer.from(hex, 'hex')).map((key) => [idOf(key), key]));
  const [first] = keys;
  if (first === undefined) throw new Error('A box needs a key');
  const [keyId, current] = first;
  return {
    keyId,
    keyIds: [...keys.keys()],
    seal(secret, userId) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', current, iv).setAAD(ownerBytes(userId));
      const sealed = [iv, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()];
      return `v1.${keyId}.${Buffer.concat(sealed).toString('base64url')}`;
    },
    open(sealed, userId) {
      const [, id = '', text = ''] = FORM.exec(sealed) ?? [];
      if (id === '') throw new SealError('A stored webhook secret is not encrypted');
      const key = keys.get(id);
      if (key === undefined) throw new SealError(`No key of SECRETS_KEY has the id ${id}`);
      return decrypt(key, Buffer.from(text, 'base64url'), userId);
    },
  };
}

function decrypt(key: Buffer, bytes: Buffer, userId: string): string {
  try {
    const tagAt = bytes.length - TAG_BYTES;
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(ownerBytes(userId)).setAuthTag(bytes.subarray(tagAt));
    return decipher.update(bytes.subarray(IV_BYTES, tagAt), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    // Node says no more than that it failed.
    throw new SealError(`A webhook secret of user ${userId} was altered, or belongs to another`);
  }
}

const ownerBytes = (userId: string) => Buffer.from(userId.toLowerCase());

const idOf = (key: Buffer) => createHmac('sha256', key).update('pricehook: key id').digest('hex').slice(0, 8);

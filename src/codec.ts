import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { DataConverter, Payload, PayloadCodec } from '@temporalio/common';
import { temporal } from '@temporalio/proto';

/** What `TEMPORAL_CODEC_KEY` says. */
export interface CodecKeys {
  /** Whether the first key encrypts what is written; otherwise all keys only decrypt. */
  readonly encrypts: boolean;
  /** 32 bytes each, in base64. */
  readonly keys: readonly string[];
}

/** A payload can't be decrypted; the message says which variable to look at and names the key by its id. */
export class PayloadKeyError extends Error {
  override name = 'PayloadKeyError';
}

const CIPHER = 'aes-256-gcm';
/** As NIST SP 800-38D recommends them. */
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** Without it Node would take a shorter tag, too. */
const TAG = { authTagLength: TAG_BYTES };
/** The name that Temporal's own examples use. */
const ENCRYPTED = 'binary/encrypted';
const KEY_ID = 'encryption-key-id';

interface Key {
  id: string;
  bytes: Buffer;
}

const { Payload: PayloadMessage } = temporal.api.common.v1;

/**
 * Encrypts payloads with AES-256-GCM and decrypts them; payloads that are not encrypted are left as they are. Without keys it
 * encrypts nothing and decrypts nothing, but says why.
 */
export function createCodec({ encrypts, keys }: CodecKeys = { encrypts: false, keys: [] }): PayloadCodec {
  const known = keys.map(readKey);
  const first = encrypts ? known[0] : undefined;
  return {
    async encode(payloads) {
      return first === undefined ? payloads : payloads.map((payload) => encrypt(payload, first));
    },
    async decode(payloads) {
      return payloads.map((payload) => (isEncrypted(payload) ? decrypt(payload, known) : payload));
    },
  };
}

/** How clients and workers read and write what Temporal stores. */
export function dataConverterOf(keys: CodecKeys | undefined): DataConverter {
  return { payloadCodecs: [createCodec(keys)], failureConverterPath: failureConverterPath(keys) };
}

/** The file that workflows and workers load their failure converter from; undefined for the SDK's own. */
export function failureConverterPath(keys: CodecKeys | undefined): string | undefined {
  return keys?.encrypts ? require.resolve('./failure-converter') : undefined;
}

function readKey(text: string): Key {
  const bytes = Buffer.from(text, 'base64');
  // A digest of 256 random bits gives nothing of them away.
  return {
    id: createHash('sha256').update('pricehook payload key\0').update(bytes).digest('hex').slice(0, 12),
    bytes,
  };
}

const textOf = (bytes: Uint8Array | null | undefined) => Buffer.from(bytes ?? []).toString();

const isEncrypted = (payload: Payload) => textOf(payload.metadata?.encoding) === ENCRYPTED;

function encrypt(payload: Payload, { id, bytes }: Key): Payload {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, bytes, iv, TAG).setAAD(Buffer.from(id));
  const text = Buffer.concat([cipher.update(PayloadMessage.encode(payload).finish()), cipher.final()]);
  return {
    metadata: { encoding: Buffer.from(ENCRYPTED), [KEY_ID]: Buffer.from(id) },
    data: Buffer.concat([iv, cipher.getAuthTag(), text]),
  };
}

function decrypt(payload: Payload, known: Key[]): Payload {
  const id = textOf(payload.metadata?.[KEY_ID]);
  const key = known.find((candidate) => candidate.id === id);
  if (key === undefined) throw new PayloadKeyError(missing(id, known));
  const data = Buffer.from(payload.data ?? []);
  try {
    const decipher = createDecipheriv(CIPHER, key.bytes, data.subarray(0, IV_BYTES), TAG)
      .setAAD(Buffer.from(id))
      .setAuthTag(data.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    const text = Buffer.concat([decipher.update(data.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
    return PayloadMessage.decode(text);
  } catch (error) {
    throw new PayloadKeyError(`A payload of the key ${id} of TEMPORAL_CODEC_KEY was changed or cut off`, {
      cause: error,
    });
  }
}

/** Ids come from outside: nothing but letters, digits and dashes of them is repeated. */
function missing(id: string, known: Key[]): string {
  const named = id.replace(/[^\w-]/g, '').slice(0, 40) || 'without an id';
  const held = known.length === 0 ? 'is not set' : `holds ${known.map((key) => key.id).join(', ')}`;
  return `A payload in Temporal is encrypted with the key ${named}; TEMPORAL_CODEC_KEY ${held}`;
}

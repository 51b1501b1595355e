import { hash, randomBytes } from 'node:crypto';

const PREFIX = 'sk_live_';
const SECRET_BYTES = 32;
/** 256 bits in base 62. */
const SECRET_LENGTH = 43;
const CHECKSUM_LENGTH = 6;
/** Enough for people to tell their keys apart, far too little to guess the rest. */
const SHOWN_LENGTH = PREFIX.length + 6;

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const FORM = new RegExp(`^${PREFIX}[0-9A-Za-z]{${SECRET_LENGTH + CHECKSUM_LENGTH}}$`);

function base62(bytes: Buffer, length: number): string {
  let rest = BigInt(`0x${bytes.toString('hex')}`);
  let text = '';
  for (let i = 0; i < length; i++) {
    text = ALPHABET.charAt(Number(rest % 62n)) + text;
    rest /= 62n;
  }
  return text;
}

const sha256 = (text: string) => Buffer.from(hash('sha256', text, 'hex'), 'hex');

const checksum = (secret: string) => base62(sha256(secret), CHECKSUM_LENGTH);

export interface NewApiKey {
  /** Shown once and kept nowhere. */
  key: string;
  prefix: string;
  hash: Buffer;
}

/** A new key: prefix, 256 random bits, checksum. */
export function newApiKey(): NewApiKey {
  const secret = base62(randomBytes(SECRET_BYTES), SECRET_LENGTH);
  const key = PREFIX + secret + checksum(secret);
  return { key, prefix: key.slice(0, SHOWN_LENGTH), hash: sha256(key) };
}

/** What a key is stored and looked up by, in hex. */
export function hashApiKey(key: string): string {
  return hash('sha256', key, 'hex');
}

/** Whether a text can be a key at all: by its form and its checksum. */
export function isApiKey(key: string): boolean {
  return FORM.test(key) && key.endsWith(checksum(key.slice(PREFIX.length, -CHECKSUM_LENGTH)));
}

import { Webhook } from 'standardwebhooks';
import { signatureHints } from './signature-hints';

/** How far a timestamp may be off, either way (Standard Webhooks). */
export const TOLERANCE_SECONDS = 5 * 60;

/** What a webhook's signature is judged by. */
export interface SignedMessage {
  headers: Record<string, string | string[] | undefined>;
  body: string;
  secrets: string[];
}

export interface Problem {
  code:
    | 'header_missing'
    | 'timestamp_invalid'
    | 'timestamp_too_old'
    | 'timestamp_too_new'
    | 'signature_mismatch';
  /** A few words for one line among others. */
  short: string;
  /** A plain sentence. */
  message: string;
  /** What may have led to it. */
  hints: string[];
}

export interface Examination {
  problems: Problem[];
  /** When it says that it was signed; null where that can't be read. */
  signedAt: Date | null;
  /** Whether one of its signatures fits, whatever its age; null where that could not be tried. */
  signatureFits: boolean | null;
}

export const SIGNATURE_HEADERS = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const;

/** Judges the signature of a webhook (Standard Webhooks), and says everything that is wrong with it. */
export function examineSignature(message: SignedMessage & { now: Date; ignoreAge?: boolean }): Examination {
  const [id, timestamp, signatures] = SIGNATURE_HEADERS.map((name) => message.headers[name]);
  if (
    typeof id !== 'string' ||
    typeof timestamp !== 'string' ||
    typeof signatures !== 'string' ||
    !id ||
    !timestamp ||
    !signatures
  ) {
    return { problems: [missingHeaders(message)], signedAt: null, signatureFits: null };
  }
  if (!/^\d{1,15}$/.test(timestamp)) {
    return { problems: [noTimestamp(timestamp)], signedAt: null, signatureFits: null };
  }
  const signedAt = new Date(Number(timestamp) * 1000);
  if (Number.isNaN(signedAt.getTime()))
    return { problems: [noTimestamp(timestamp)], signedAt: null, signatureFits: null };
  const age = message.ignoreAge ? null : wrongAge(timestamp, message.now);
  const fits = message.secrets.some((secret) =>
    signatures.split(' ').includes(new Webhook(secret).sign(id, signedAt, message.body)),
  );
  const problems = [age, fits ? null : mismatch({ ...message, id, signedAt, signatures })];
  return { problems: problems.filter((problem) => problem !== null), signedAt, signatureFits: fits };
}

function missingHeaders({ headers }: SignedMessage): Problem {
  const missing = SIGNATURE_HEADERS.filter((name) => !headers[name]).join(', ');
  return {
    code: 'header_missing',
    short: `missing header ${missing}`,
    message: `There is no ${missing.replace(/, ([^,]*)$/, ' and no $1')}.`,
    hints: [
      'A webhook has all three headers; a proxy may have taken them away, or it comes from somebody else.',
    ],
  };
}

function noTimestamp(timestamp: string): Problem {
  return {
    code: 'timestamp_invalid',
    short: 'timestamp is not a number',
    message: `The timestamp "${timestamp}" is not a whole number of seconds since 1970.`,
    hints: [],
  };
}

function wrongAge(timestamp: string, now: Date): Problem | null {
  const age = Math.floor(now.getTime() / 1000) - Number(timestamp);
  if (Math.abs(age) <= TOLERANCE_SECONDS) return null;
  const off = `${inWords(Math.abs(age))} ${age > 0 ? 'old' : 'ahead of this clock'}`;
  const tooMuch = inWords(Math.abs(age) - TOLERANCE_SECONDS);
  const rule = `The timestamp is ${off}; ${inWords(TOLERANCE_SECONDS)} are allowed, so that is ${tooMuch} too much.`;
  if (age > 0) {
    return {
      code: 'timestamp_too_old',
      short: 'timestamp too old',
      message: rule,
      hints: ['A webhook of earlier is looked at with --ignore-age; a server refuses it.'],
    };
  }
  const inMilliseconds = Number(timestamp) > 100_000_000_000;
  const hint = inMilliseconds
    ? 'It looks like milliseconds; it is to be seconds.'
    : 'Is the clock of this machine right?';
  return { code: 'timestamp_too_new', short: 'timestamp in the future', message: rule, hints: [hint] };
}

function mismatch(message: SignedMessage & { id: string; signedAt: Date; signatures: string }): Problem {
  const several = message.secrets.length > 1 ? 'any of the secrets' : 'the secret';
  return {
    code: 'signature_mismatch',
    short: 'bad signature',
    message: `No signature fits the id, the timestamp, the body and ${several}.`,
    hints: signatureHints(message),
  };
}

function inWords(seconds: number): string {
  const counts = {
    day: Math.floor(seconds / 86_400),
    hour: Math.floor(seconds / 3_600) % 24,
    minute: Math.floor(seconds / 60) % 60,
    second: seconds % 60,
  };
  const parts = Object.entries(counts).filter(([, count]) => count > 0);
  return parts
    .slice(0, 2)
    .map(([unit, count]) => `${count} ${unit}${count === 1 ? '' : 's'}`)
    .join(' ');
}

import type { IncomingHttpHeaders } from 'node:http';
import pc from 'picocolors';
import type { Forwarded } from './forward';
import { examineSignature } from './signature';
import { escapeControls } from './terminal-text';

/** One webhook as it arrived, and what became of it. */
export interface Receipt {
  time: Date;
  method: string;
  path: string;
  id: string | null;
  verified: boolean;
  /** Why it is not verified; null where it is. */
  reason: string | null;
  /** How often this id has arrived, this time included. */
  attempt: number;
  /** The status it was answered with; null for no answer at all. */
  answered: number | null;
  /** What became of it where it was passed on; null where it was not. */
  forwarded: Forwarded | null;
  body: string;
}

/** Verifies a webhook against each secret (Standard Webhooks): null where it is genuine, otherwise why it is not. */
export function whyNotVerified(headers: IncomingHttpHeaders, body: string, secrets: string[]): string | null {
  if (secrets.length === 0) return 'no secret given';
  const { problems } = examineSignature({ headers, body, secrets, now: new Date() });
  return problems[0]?.short ?? null;
}

/** A receipt as one JSON line. */
export function receiptAsJson({ body, ...receipt }: Receipt): string {
  return `${escapeControls(JSON.stringify({ ...receipt, body: parsed(body) }))}\n`;
}

/** A receipt for people: one line of facts, then the body. */
export function receiptAsText(receipt: Receipt, colour: boolean): string {
  const paint = pc.createColors(colour);
  const facts = [
    paint.dim(receipt.time.toTimeString().slice(0, 8)),
    escapeControls(`${receipt.method} ${receipt.path}`),
    paint.bold(escapeControls(receipt.id ?? 'no webhook-id')),
    receipt.attempt > 1 ? paint.yellow(`again (attempt ${receipt.attempt})`) : '',
    receipt.verified ? paint.green('verified') : paint.red(`NOT verified: ${receipt.reason}`),
    paintAnswer(receipt, paint),
  ];
  const value = parsed(receipt.body);
  const body = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  return `${facts.filter(Boolean).join('  ')}\n${escapeControls(body)}\n`;
}

function paintAnswer({ answered, forwarded }: Receipt, paint: ReturnType<typeof pc.createColors>): string {
  if (answered === null) return 'not answered';
  const text = `answered ${answered}`;
  if (forwarded === null) return text;
  if (forwarded.error !== null)
    return paint.red(escapeControls(`${text}: ${forwarded.to}: ${forwarded.error}`));
  const colour = answered < 300 ? paint.green : paint.yellow;
  return `${colour(text)} by ${forwarded.to} in ${forwarded.ms} ms`;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

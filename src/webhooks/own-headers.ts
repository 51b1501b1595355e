import { SealError, type SecretBox } from './secret-box';

/** What stands for the value of an alert's own header wherever it is told: nothing of it is shown, not even its length. */
export const MASKED = '••••';

export const MAX_OWN_HEADERS = 10;

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;

/** By names in lower case, a `*` at the end stands for any rest; each with why an alert can't set it. */
const REFUSED: [names: string, why: string][] = [
  ['host', 'the URL says it'],
  ['content-*', 'the message says it: they describe its body'],
  ['user-agent', 'it says who sends'],
  ['webhook-*', 'it belongs to the signature'],
  ['traceparent tracestate baggage', 'it belongs to tracing'],
  [
    'connection keep-alive proxy-* te trailer transfer-encoding upgrade http2-settings',
    'it is of the connection, not of the message',
  ],
  ['expect', 'the body is sent at once'],
];

/** Why an alert can't have a header of this name, in a sentence; undefined where it can. */
export function headerNameFault(name: string): string | undefined {
  if (!TOKEN.test(name))
    return "A header’s name has 1 to 100 letters, digits or characters of !#$%&'*+-.^_`|~";
  const lower = name.toLowerCase();
  const found = REFUSED.find(([names]) => names.split(' ').some((one) => matches(one, lower)));
  return found && `The header ${name} can't be set: ${found[1]}`;
}

function matches(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

/** An alert's own headers with their values masked. */
export function maskedHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.keys(headers).map((name) => [name, MASKED]));
}

/** An alert's own headers as `alerts.headers` keeps them: encrypted for its user. */
export function sealHeaders(
  box: Pick<SecretBox, 'seal'>,
  headers: Readonly<Record<string, string>>,
  userId: string,
): string {
  return box.seal(JSON.stringify(headers), userId);
}

/**
 * What `sealHeaders` has made, opened.
 * @throws SealError where none of the keys opens it, or it is another user's
 */
export function openHeaders(
  box: Pick<SecretBox, 'open'>,
  sealed: string,
  userId: string,
): Record<string, string> {
  const text = box.open(sealed, userId);
  try {
    return JSON.parse(text) as Record<string, string>;
  } catch {
    // The parser's own error would tell what stands there.
    throw new SealError(`What is stored as headers of user ${userId} is something else`);
  }
}

import { Webhook } from 'standardwebhooks';

interface Signed {
  id: string;
  signedAt: Date;
  signatures: string;
  body: string;
  secrets: string[];
}

/** What may have led to a signature that does not fit: what can be shown by trying it, or else what is left. */
export function signatureHints(message: Signed): string[] {
  if (!message.signatures.split(' ').some((signature) => signature.startsWith('v1,'))) {
    return ['The header holds no signature of version v1: each is to begin with "v1,".'];
  }
  const shown = changedBody(message) ?? undecodedSecret(message);
  if (shown) return [shown];
  return [
    'Is it the secret of the user whose alert this is? Each user has another, and it ends when it has been rotated and the grace is over.',
    'Was the body parsed and serialised again? Only the bytes that arrived fit, before any JSON parser.',
    'Were body, id, timestamp and signature all taken from the same request? Every attempt is signed anew.',
  ];
}

/** The body as it may have been before something was done to it, and the word for what was done. */
const UNDONE: [(body: string) => string, string][] = [
  [
    (body) => body.replace(/\r?\n$/, ''),
    'The signature fits without the line break at the end, which an editor or echo adds.',
  ],
  [
    (body) => JSON.stringify(JSON.parse(body)),
    'The signature fits the body without its white space: it was parsed and serialised again. Verify the bytes that arrived.',
  ],
];

function changedBody(message: Signed): string | null {
  for (const [undo, hint] of UNDONE) {
    try {
      if (message.secrets.some((secret) => fits(message, new Webhook(secret), undo(message.body))))
        return hint;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  return null;
}

function undecodedSecret(message: Signed): string | null {
  const texts = message.secrets.flatMap((secret) => [secret, secret.slice('whsec_'.length)]);
  if (!texts.some((text) => fits(message, new Webhook(text, { format: 'raw' }), message.body))) return null;
  return "It was signed with the secret's text; the key is what follows whsec_, decoded from base64.";
}

function fits({ id, signedAt, signatures }: Signed, webhook: Webhook, body: string): boolean {
  return signatures.split(' ').includes(webhook.sign(id, signedAt, body));
}

import { randomBytes, randomUUID } from 'node:crypto';
import { createSecretBox, SealError } from '../../src/webhooks/secret-box';
import { newWebhookSecret } from '../../src/webhooks/sign';

const newKey = () => randomBytes(32).toString('hex');

describe('createSecretBox(keys)', () => {
  const key = newKey();
  const box = createSecretBox([key]);
  const userId = randomUUID();
  const secret = newWebhookSecret();

  it('opens what it sealed, and shows nothing of it', () => {
    const sealed = box.seal(secret, userId);
    expect(sealed).toMatch(/^v1\.[0-9a-f]{8}\.[\w-]+$/);
    expect(sealed).not.toContain(secret.slice(6, 20));
    expect(key).not.toContain(box.keyId);
    expect(box.open(sealed, userId)).toBe(secret);
    expect(box.open(sealed, userId.toUpperCase())).toBe(secret);
  });

  it('seals the same secret in another way each time', () => {
    expect(box.seal(secret, userId)).not.toBe(box.seal(secret, userId));
  });

  it("opens nothing in another user's row", () => {
    expect(() => box.open(box.seal(secret, userId), randomUUID())).toThrow(SealError);
  });

  it('opens nothing that was altered, wherever', () => {
    const [version, id, text = ''] = box.seal(secret, userId).split('.');
    for (let at = 0; at < text.length - 1; at++) {
      const other = text[at] === 'A' ? 'B' : 'A';
      const altered = [version, id, text.slice(0, at) + other + text.slice(at + 1)].join('.');
      expect(() => box.open(altered, userId)).toThrow(SealError);
    }
    for (const short of ['', 'AAAA', text.slice(0, 20), text.slice(0, -4)])
      expect(() => box.open([version, id, short].join('.'), userId)).toThrow(SealError);
  });

  it('takes no plain text, and repeats none of it', () => {
    expect(() => box.open(secret, userId)).toThrow('A stored webhook secret is not encrypted');
  });

  it('opens with any of its keys and seals with the first', () => {
    const changed = createSecretBox([newKey(), key]);
    expect(changed.open(box.seal(secret, userId), userId)).toBe(secret);
    expect(changed.keyIds).toEqual([changed.keyId, box.keyId]);
    expect(() => box.open(changed.seal(secret, userId), userId)).toThrow(
      `No key of SECRETS_KEY has the id ${changed.keyId}`,
    );
  });
});

import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { hashApiKey, isApiKey, newApiKey } from '../../src/api/api-key';

describe('newApiKey()', () => {
  it('is never the same, and begins with its prefix', () => {
    const keys = Array.from({ length: 200 }, newApiKey);
    expect(new Set(keys.map(({ key }) => key)).size).toBe(200);
    for (const { key, prefix, hash } of keys) {
      expect(key).toMatch(/^sk_live_[0-9A-Za-z]{49}$/);
      expect(key.startsWith(prefix)).toBe(true);
      expect(hash).toEqual(createHash('sha256').update(key).digest());
    }
  });
});

describe('isApiKey(text)', () => {
  it('is the SHA-256 of a good key', () => {
    const { key, hash } = newApiKey();
    expect(isApiKey(key)).toBe(true);
    expect(hashApiKey(key)).toBe(hash.toString('hex'));
  });

  it('refuses a key with any character changed', () => {
    const { key } = newApiKey();
    fc.assert(
      fc.property(fc.nat(key.length - 1), fc.constantFrom(...'aZ09_-é '), (at, character) => {
        fc.pre(key[at] !== character);
        expect(isApiKey(key.slice(0, at) + character + key.slice(at + 1))).toBe(false);
      }),
    );
  });

  it('refuses whatever else is sent', () => {
    fc.assert(fc.property(fc.string(), (text) => expect(isApiKey(text)).toBe(false)));
  });
});

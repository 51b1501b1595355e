import { randomUUID } from 'node:crypto';
import type { AttemptResult } from '../../src/domain/delivery';
import { withoutValuesOf } from '../../src/webhooks/mask';
import { maskedHeaders, openHeaders, sealHeaders } from '../../src/webhooks/own-headers';
import { SealError } from '../../src/webhooks/secret-box';
import { testBox } from '../support/secrets';

const HEADERS = { Authorization: 'Bearer s3cret-token', 'X-Env': 'prod' };

describe('own headers', () => {
  it('are sealed for their user', () => {
    const user = randomUUID();
    const sealed = sealHeaders(testBox, HEADERS, user);
    expect(sealed).not.toContain('s3cret');
    expect(openHeaders(testBox, sealed, user)).toEqual(HEADERS);
    expect(() => openHeaders(testBox, sealed, randomUUID())).toThrow(SealError);
  });

  it('that are something else are not told by the error', () => {
    const user = randomUUID();
    const open = () => openHeaders(testBox, testBox.seal('whsec_abcdef', user), user);
    expect(open).toThrow(SealError);
    expect(open).not.toThrow('whsec');
  });

  it('are shown without their values', () => {
    expect(maskedHeaders(HEADERS)).toEqual({ Authorization: '••••', 'X-Env': '••••' });
  });

  it('are masked where the receiver repeats them', () => {
    const result = {
      responseHeaders: { 'x-echo': 'Bearer s3cret-token' },
      responseBody: 'Bearer s3cret-token, s3cret-token, prod',
    } as unknown as AttemptResult;
    // A short value may be any word.
    expect(withoutValuesOf(HEADERS, result)).toEqual({
      responseHeaders: { 'x-echo': '…' },
      responseBody: '…, …, prod',
    });
  });
});

import type { AttemptResult } from '../../src/domain/delivery';
import { withoutSecretsOf } from '../../src/webhooks/mask';

const NOTHING: AttemptResult = {
  statusCode: 404,
  errorClass: 'http',
  error: 'The server answered 404.',
  durationMs: 1,
  dnsMs: null,
  connectMs: null,
  tlsMs: null,
  responseHeaders: null,
  responseBody: null,
  retryAfterMs: null,
};

const bodyOf = (url: string, responseBody: string) =>
  withoutSecretsOf(url, { ...NOTHING, responseBody }).responseBody;

describe('withoutSecretsOf', () => {
  it.each([
    [
      'the query as it stands',
      '/hook?token=hunter2hunter2&a=1',
      'No POST /hook?token=hunter2hunter2&a=1',
      'No POST /hook?…',
    ],
    [
      'a value',
      '/hook?token=hunter2hunter2&a=1',
      '{"token":"hunter2hunter2","a":"1"}',
      '{"token":"…","a":"1"}',
    ],
    ['a decoded value', '/?token=hunter%2F2+and%20more', 'token: hunter/2 and more', 'token: …'],
    ['a value without a name', '/?hunter2hunter2', 'hunter2hunter2?', '…?'],
    ['what holds a %', '/?token=100%hunter2', 'token=100%hunter2', '…'],
    [
      'a long piece of the path',
      '/services/T0123456789abcdef/x',
      'no /services/T0123456789abcdef/x',
      'no /services/…/x',
    ],
    ['nothing else', '/hook?a=1', 'The hook has 1 letter', 'The hook has 1 letter'],
  ])('masks %s', (_, url, answer, masked) => {
    expect(bodyOf(`https://hooks.example${url}`, answer)).toBe(masked);
  });

  it('masks headers, and leaves the rest as it is', () => {
    const result = {
      ...NOTHING,
      responseHeaders: { location: 'https://b.example/?token=hunter2', via: '1.1 x' },
    };
    expect(withoutSecretsOf('https://a.example/?token=hunter2', result)).toEqual({
      ...NOTHING,
      responseHeaders: { location: 'https://b.example/?…', via: '1.1 x' },
    });
    expect(withoutSecretsOf('no URL', { ...NOTHING, responseBody: 'x' }).responseBody).toBe('x');
  });
});

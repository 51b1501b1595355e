import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { newWebhookSecret, signedHeaders } from '../../src/webhooks/sign';

describe('signedHeaders', () => {
  it('signs the test vector of Standard Webhooks', () => {
    const headers = signedHeaders({
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      body: Buffer.from('{"test": 2432232314}'),
      secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
      at: new Date(1_614_265_330_999),
    });
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('makes one signature for each secret, so that either verifies', () => {
    const secrets = [newWebhookSecret(), newWebhookSecret()];
    const headers = signedHeaders({ id: 'msg_1', body: '{}', secrets, at: new Date() });
    expect(headers['webhook-signature'].split(' ')).toHaveLength(2);
    for (const secret of secrets) expect(new Webhook(secret).verify('{}', headers)).toEqual({});
  });

  it('signs any JSON so that its receiver can verify it, and no other body', () => {
    fc.assert(
      fc.property(fc.json(), fc.uuid(), (body, id) => {
        const secret = newWebhookSecret();
        const headers = signedHeaders({
          id: `msg_${id}`,
          body: Buffer.from(body),
          secrets: [secret],
          at: new Date(),
        });
        expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
        expect(() => new Webhook(secret).verify(`${body} `, headers)).toThrow('No matching signature');
      }),
    );
  });

  it('refuses a secret that is not base64', () => {
    expect(() => signedHeaders({ id: 'msg_1', body: '', secrets: ['whsec_!'], at: new Date() })).toThrow();
  });
});

describe('newWebhookSecret', () => {
  it('is whsec_ and 32 random bytes', () => {
    const secret = newWebhookSecret();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(newWebhookSecret()).not.toBe(secret);
  });
});

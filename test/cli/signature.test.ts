import { createHmac } from 'node:crypto';
import { examineSignature } from '../../src/cli/signature';
import { newWebhookSecret, signedHeaders } from '../../src/webhooks/sign';

const SECRET = newWebhookSecret();
const BODY = '{"type":"alert.triggered","ticker":"BTC","triggered_price":65420.15}';
const NOW = new Date('2026-11-22T12:00:00Z');

const signed = (changes: { at?: Date; secrets?: string[]; body?: string } = {}) =>
  signedHeaders({ id: 'msg_1', body: BODY, secrets: [SECRET], at: NOW, ...changes });

function examine(
  headers: Record<string, string>,
  body = BODY,
  more: { secrets?: string[]; ignoreAge?: boolean } = {},
) {
  return examineSignature({ headers, body, secrets: [SECRET], now: NOW, ...more });
}

const secondsAgo = (seconds: number) => new Date(NOW.getTime() - seconds * 1000);

describe('examineSignature', () => {
  it('finds nothing wrong with what is genuine', () => {
    expect(examine(signed())).toEqual({ problems: [], signedAt: NOW, signatureFits: true });
  });

  it('needs one of several signatures and one of several secrets to fit', () => {
    const others = [newWebhookSecret(), newWebhookSecret()];
    expect(examine(signed({ secrets: [...others, SECRET] })).problems).toEqual([]);
    expect(examine(signed(), BODY, { secrets: [...others, SECRET] }).problems).toEqual([]);
    expect(examine(signed(), BODY, { secrets: others }).problems[0]?.message).toContain('any of the secrets');
  });

  it('takes the example of Standard Webhooks', () => {
    const headers = {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    };
    const secrets = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'];
    expect(examine(headers, '{"test": 2432232314}', { secrets, ignoreAge: true }).problems).toEqual([]);
  });

  it.each([
    [
      301,
      'timestamp_too_old',
      'is 5 minutes 1 second old; 5 minutes are allowed, so that is 1 second too much.',
    ],
    [
      90_000,
      'timestamp_too_old',
      'is 1 day 1 hour old; 5 minutes are allowed, so that is 1 day 55 minutes too much.',
    ],
    [
      -360,
      'timestamp_too_new',
      'is 6 minutes ahead of this clock; 5 minutes are allowed, so that is 1 minute too much.',
    ],
  ])('says by how much a timestamp of %d seconds ago is off', (seconds, code, words) => {
    const { problems, signatureFits } = examine(signed({ at: secondsAgo(seconds) }));
    expect({ problems, signatureFits }).toMatchObject({ problems: [{ code }], signatureFits: true });
    expect(problems[0]?.message).toContain(words);
  });

  it.each([300, -300, 0])('allows a timestamp of %d seconds ago', (seconds) => {
    expect(examine(signed({ at: secondsAgo(seconds) })).problems).toEqual([]);
  });

  it('overlooks the age where it is told to, and nothing else', () => {
    const old = signed({ at: secondsAgo(1e6) });
    expect(examine(old, BODY, { ignoreAge: true }).problems).toEqual([]);
    const [problem] = examine(old, `${BODY} `, { ignoreAge: true }).problems;
    expect(problem?.code).toBe('signature_mismatch');
  });

  it('tells both where the age and the signature are wrong', () => {
    const codes = examine(signed({ at: secondsAgo(600) }), '{}').problems.map(({ code }) => code);
    expect(codes).toEqual(['timestamp_too_old', 'signature_mismatch']);
  });

  it('recognises milliseconds', () => {
    const [problem] = examine({ ...signed(), 'webhook-timestamp': String(NOW.getTime()) }).problems;
    expect(problem).toMatchObject({
      code: 'timestamp_too_new',
      hints: [expect.stringContaining('milliseconds')],
    });
  });

  it.each(['now', '', '12.5', '-1', '9'.repeat(15)])('judges no timestamp %j', (timestamp) => {
    const { problems, signedAt } = examine({ ...signed(), 'webhook-timestamp': timestamp });
    expect(problems[0]?.code).toBe(timestamp ? 'timestamp_invalid' : 'header_missing');
    expect(signedAt).toBeNull();
  });

  it('names the headers that are missing', () => {
    const { 'webhook-id': _, ...rest } = signed();
    expect(examine(rest).problems[0]?.message).toBe('There is no webhook-id.');
    expect(examine({}).problems[0]?.message).toBe(
      'There is no webhook-id, webhook-timestamp and no webhook-signature.',
    );
  });

  const hint = (headers: Record<string, string>, body = BODY) =>
    examine(headers, body).problems[0]?.hints.join(' ');

  it('shows that the body was parsed and serialised again', () => {
    expect(hint(signed(), JSON.stringify(JSON.parse(BODY), null, 2))).toContain(
      'parsed and serialised again. Verify',
    );
  });

  it('shows that a line break was added', () => {
    expect(hint(signed(), `${BODY}\n`)).toMatch(/^The signature fits without the line break at the end/);
  });

  it('shows that the secret was not decoded', () => {
    const headers = signed();
    const text = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${BODY}`;
    const signature = createHmac('sha256', SECRET).update(text).digest('base64');
    expect(hint({ ...headers, 'webhook-signature': `v1,${signature}` })).toContain('decoded from base64');
  });

  it('shows that no signature has a version it knows', () => {
    const headers = signed();
    const bare = headers['webhook-signature'].slice('v1,'.length);
    expect(hint({ ...headers, 'webhook-signature': bare })).toContain('begin with "v1,"');
  });

  it('asks the questions that are left for any other body or secret', () => {
    for (const body of ['{"ticker":"ETH"}', 'no JSON', ''])
      expect(hint(signed(), body)).toContain('Is it the secret of');
    expect(hint(signed({ secrets: [newWebhookSecret()] }))).toContain('Is it the secret of');
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWebhookSender } from '../../src/webhooks/send';
import { newWebhookSecret, signedHeaders } from '../../src/webhooks/sign';
import { startReceiver } from '../support/receiver';
import { runPricehook, startPricehook } from './run';

const SECRET = newWebhookSecret();
const env = { PRICEHOOK_WEBHOOK_SECRET: SECRET };
const BODY = '{"ticker":"BTC","triggered_price":65420.15}';

describe('pricehook verify', () => {
  let folder: string;
  let body: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'pricehook-verify-'));
    body = file('body', BODY);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function file(name: string, content: string): string {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  }
  const signed = (at = new Date()) => signedHeaders({ id: 'msg_1', body: BODY, secrets: [SECRET], at });
  const flags = (headers: ReturnType<typeof signed>) => [
    ...['--id', headers['webhook-id'], '--timestamp', headers['webhook-timestamp']],
    ...['--signature', headers['webhook-signature']],
  ];

  it('takes what our own sender sent, kept as headers and a body', async () => {
    const receiver = await startReceiver();
    const sender = createWebhookSender({
      policy: { allowedNetworks: ['127.0.0.0/8'], allowedPorts: [] },
      tlsVerify: true,
    });
    await sender.send({
      url: receiver.url,
      headers: { ...signed() },
      body: Buffer.from(BODY),
      timeoutMs: 10_000,
    });
    await sender.close();
    const [request] = receiver.requests;
    await receiver.close();
    const lines = Object.entries(request?.headers ?? {}).map(
      ([name, value]) => `${name.toUpperCase()}: ${value}\r\n`,
    );
    const asLines = file('headers.txt', `POST /hook HTTP/1.1\r\n${lines.join('')}\r\n`);
    const asJson = file('headers.json', JSON.stringify(request?.headers));
    for (const headers of [asLines, asJson]) {
      const { code, stdout } = await runPricehook(['verify', '--headers', headers, '--body', body], env);
      expect([code, stdout]).toEqual([
        0,
        expect.stringMatching(/^Good: the signature fits, signed at 20\S+Z\n$/),
      ]);
    }
  });

  it('reads the body from standard input, and says what is wrong in plain words', async () => {
    const { child, ended } = startPricehook([
      'verify',
      '--secret',
      SECRET,
      ...flags(signed()),
      '--body',
      '-',
    ]);
    child.stdin.end(`${BODY}\n`);
    const { code, stdout, stderr } = await ended;
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout).toMatch(
      /^NOT verified, signed at \S+\nNo signature fits .*\n {2}The signature fits without the line break/,
    );
  });

  it('judges an old one by its age, unless told not to', async () => {
    const args = ['verify', ...flags(signed(new Date('2026-01-02T03:04:05Z'))), '--body', body, '--json'];
    const { code, stdout } = await runPricehook(args, env);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      verified: false,
      id: 'msg_1',
      signed_at: '2026-01-02T03:04:05.000Z',
      signature_fits: true,
      problems: [
        {
          code: 'timestamp_too_old',
          message: expect.stringContaining(' old; 5 minutes are allowed'),
          hints: [expect.any(String)],
        },
      ],
    });
    const ignored = await runPricehook([...args, '--ignore-age'], env);
    expect(ignored.code).toBe(0);
    expect(JSON.parse(ignored.stdout)).toMatchObject({ verified: true, problems: [] });
  });

  it('names a header that the file lacks, and lets an option replace one', async () => {
    const { 'webhook-id': id, ...rest } = signed();
    const headers = file('incomplete.json', JSON.stringify(rest));
    const without = await runPricehook(['verify', '--headers', headers, '--body', body], env);
    expect([without.code, without.stdout.split('\n')[1]]).toEqual([1, 'There is no webhook-id.']);
    const added = await runPricehook(['verify', '--headers', headers, '--id', id, '--body', body], env);
    expect(added.code).toBe(0);
  });

  const all = ['--id', 'msg_1', '--timestamp', '1', '--signature', 'v1,x', '--body', '/dev/null'];
  it.each<[string, string[], NodeJS.ProcessEnv, string]>([
    ['no secret', all, {}, 'Give a secret, as PRICEHOOK_WEBHOOK_SECRET or with --secret.'],
    ['an API key', ['--secret', 'sk_live_x', ...all], {}, 'This is an API key.'],
    ['no base64', ['--secret', 'whsec_?', ...all], {}, 'is not base64'],
    [
      'half a secret',
      all,
      { PRICEHOOK_WEBHOOK_SECRET: SECRET.slice(0, 18) },
      'holds 9 bytes, fewer than any secret',
    ],
    ['no body', [], env, "required option '--body <file>' not specified"],
    ['a body that is not there', [...all, '--body', '/none'], env, "/none can't be read: ENOENT"],
    [
      'too few headers',
      ['--id', 'msg_1', '--body', '/dev/null'],
      env,
      'Give --headers, or --id, --timestamp and',
    ],
    ['an unknown option', [...all, '--dance'], env, "unknown option '--dance'"],
  ])('ends with 2 for %s', async (_, args, environment, message) => {
    const { code, stdout, stderr } = await runPricehook(['verify', ...args], environment);
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining(message),
    });
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).not.toContain(SECRET.slice(0, 18));
  });

  it('tells its ends in --help', async () => {
    const { code, stdout } = await runPricehook(['verify', '--help']);
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining('Ends with 0 for a good signature, 1 for a bad one, 2'),
    ]);
  });
});

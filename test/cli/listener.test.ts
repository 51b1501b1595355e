import { CommandError } from '../../src/cli/command-error';
import { type Listener, type ListenerOptions, startListener } from '../../src/cli/listener';
import { createWebhookSender } from '../../src/webhooks/send';
import { newWebhookSecret, signedHeaders } from '../../src/webhooks/sign';

const SECRET = newWebhookSecret();
const BODY = '{"ticker":"BTC","triggered_price":65420.15}';

const DEFAULTS: ListenerOptions = {
  port: 0,
  host: '127.0.0.1',
  secrets: [SECRET],
  status: 200,
  delayMs: 0,
  hang: false,
  failFirst: 0,
  json: false,
  colour: false,
};

describe('startListener', () => {
  let listener: Listener;
  let written: string[];
  const last = () => written.at(-1) ?? '';

  async function listen(changes: Partial<ListenerOptions> = {}) {
    written = [];
    listener = await startListener({ ...DEFAULTS, ...changes }, (text) => written.push(text));
  }
  afterEach(() => listener.close());

  function post(
    changes: {
      id?: string;
      secret?: string;
      at?: Date;
      body?: string;
      headers?: Record<string, string>;
    } = {},
  ) {
    const { id = 'msg_1', secret = SECRET, at = new Date(), body = BODY } = changes;
    const headers = changes.headers ?? signedHeaders({ id, body, secrets: [secret], at });
    return fetch(`${listener.url}hook`, { method: 'POST', body, headers });
  }

  it('says first where it listens', async () => {
    await listen();
    expect(written).toEqual([`Listening. Use as webhook_url: ${listener.url}\n`]);
    expect(listener.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  });

  it('verifies what our own sender sends', async () => {
    await listen();
    const sender = createWebhookSender({
      policy: { allowedNetworks: ['127.0.0.0/8'], allowedPorts: [] },
      tlsVerify: true,
    });
    const body = Buffer.from(BODY);
    const headers = { ...signedHeaders({ id: 'msg_1', body, secrets: [SECRET], at: new Date() }) };
    const result = await sender.send({ url: listener.url, headers, body, timeoutMs: 10_000 });
    expect(result).toMatchObject({ statusCode: 200, errorClass: null });
    expect(last()).toMatch(/POST \/ {2}msg_1 {2}verified {2}answered 200\n/);
    await sender.close();
  });

  it('prints the body so that it can be read, and counts an id that comes again', async () => {
    await listen();
    await post();
    expect(last()).toContain('\n{\n  "ticker": "BTC",\n  "triggered_price": 65420.15\n}\n');
    await post();
    expect(last()).toContain('msg_1  again (attempt 2)  verified');
    await post({ id: 'msg_2' });
    expect(last()).not.toContain('again');
  });

  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
  it.each([
    ['bad signature', { secret: newWebhookSecret() }],
    ['timestamp too old', { at: minutesAgo(6) }],
    ['timestamp in the future', { at: minutesAgo(-6) }],
    ['missing header webhook-signature', { headers: { 'webhook-id': 'msg_1', 'webhook-timestamp': '1' } }],
    ['missing header webhook-id, webhook-timestamp, webhook-signature', { headers: {} }],
    [
      'timestamp is not a number',
      { headers: { 'webhook-id': 'm', 'webhook-timestamp': 'now', 'webhook-signature': 'v1,x' } },
    ],
  ])('says that it is not verified: %s', async (reason, changes) => {
    await listen();
    expect((await post(changes)).status).toBe(200);
    expect(last()).toContain(`NOT verified: ${reason}  answered 200`);
  });

  it('needs one of several secrets, and says when it has none', async () => {
    await listen({ secrets: [newWebhookSecret(), SECRET] });
    await post();
    expect(last()).toContain('  verified  ');
    await listener.close();
    await listen({ secrets: [] });
    await post();
    expect(last()).toContain('NOT verified: no secret given');
  });

  it('answers with the status that was asked for, after 503 to the first ones', async () => {
    await listen({ status: 410, failFirst: 2, delayMs: 1 });
    const statuses = [(await post()).status, (await post()).status, (await post()).status];
    expect(statuses).toEqual([503, 503, 410]);
    expect(written.slice(1).map((text) => /answered (\d+)/.exec(text)?.[1])).toEqual(['503', '503', '410']);
  });

  it('does not answer where it is to hang, and lets go when it closes', async () => {
    let printed = () => {};
    const seen = new Promise<void>((resolve) => {
      printed = resolve;
    });
    written = [];
    listener = await startListener({ ...DEFAULTS, hang: true }, (text) => {
      written.push(text);
      if (text.includes('msg_1')) printed();
    });
    const cutOff = expect(post()).rejects.toThrow();
    await seen;
    expect(last()).toContain('verified  not answered');
    await listener.close();
    await cutOff;
    expect(last()).toBe('1 received, 1 verified, 0 not verified\n');
    await listen();
  });

  it('prints one JSON line for each', async () => {
    await listen({ json: true });
    await post();
    await post({ headers: {}, body: 'not JSON\n\u009b31m' });
    await listener.close();
    const lines = written.map((text) => {
      expect(text).toMatch(/^[^\n]+\n$/);
      return JSON.parse(text) as unknown;
    });
    expect(lines).toEqual([
      { listening: listener.url },
      expect.objectContaining({
        path: '/hook',
        id: 'msg_1',
        verified: true,
        reason: null,
        body: JSON.parse(BODY),
      }),
      expect.objectContaining({ id: null, verified: false, attempt: 1, body: 'not JSON\n\u009b31m' }),
      { received: 2, verified: 1 },
    ]);
    expect(written.join('')).not.toContain('\u009b');
    await listen();
  });

  it('lets nothing that arrives steer the terminal', async () => {
    await listen({ colour: true });
    await post({ body: '\x1b[2J"\u009b2J', headers: { 'webhook-id': 'msg_\u009b2J' } });
    const [beforeText, ...painted] = last().split('\x1b[');
    expect(beforeText).toBe('');
    for (const part of painted) expect(part).toMatch(/^\d{1,2}m/);
    expect(last()).not.toContain('\u009b');
  });

  it('keeps no body over 1 MB', async () => {
    await listen();
    expect((await post({ body: 'x'.repeat(1024 * 1024 + 1) })).status).toBe(413);
    expect(last()).toContain('NOT verified: body over 1 MB  answered 413');
  });

  it('says so when its port is taken', async () => {
    await listen();
    const port = Number(new URL(listener.url).port);
    const second = startListener({ ...DEFAULTS, port }, () => {});
    await expect(second).rejects.toThrow(CommandError);
    await expect(second).rejects.toThrow(`Port ${port} on 127.0.0.1 is taken; choose another with --port.`);
  });
});

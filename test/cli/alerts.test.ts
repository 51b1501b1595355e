import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addUser, type TestUser, useApi } from '../api/api';
import { runPricehook } from './run';

const api = useApi();
const HOOK = 'https://example.com/hook';
const AN_ID = '0b1f9a3c-6f0e-4d55-9f0e-3a7c4f4c2d11';
let user: TestUser;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pricehook-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(async () => {
  user = await addUser(api().db);
});

const run = (args: string[], env: NodeJS.ProcessEnv = {}) =>
  runPricehook(['alerts', ...args], {
    ...{ PRICEHOOK_URL: api().url, PRICEHOOK_API_KEY: user.key, DATA_DIR: folder },
    ...env,
  });
const file = (name: string) => join(folder, name);

describe('pricehook alerts create', () => {
  it('takes every field', async () => {
    writeFileSync(file('headers'), 'Authorization: Bearer 4f1d6c\n');
    const made = await run([
      ...['create', 'eth', '--metric', 'change_1h', '--condition', 'gt', '--threshold', '-5', '--for', '5m'],
      ...['--every', '1h', '--max-firings', '10', '--rearm', '1', '--rebase', '--note', 'Some profit'],
      ...['--hours', '09:00-17:30', '--days', 'mon,fri', '--time-zone', 'Europe/Berlin'],
      ...[
        '--expires',
        '2999-01-01',
        '--snooze',
        '2998-01-01T00:00Z',
        '--label',
        'desk=spot',
        '--label',
        'a.b=c=d',
      ],
      ...['--event', 'recovered', '--event', 'expired', '--format', 'telegram', '--template', '{{text}}!'],
      ...['--chat', '@prices', '--header', `@${file('headers')}`, '--header', 'X-Environment: test'],
      ...['--webhook', HOOK, '--webhook', `${HOOK}/2`, '--json'],
    ]);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(made.stdout)).toMatchObject({
      ...{
        ticker: 'ETH',
        metric: 'change_1h',
        condition: 'gt',
        threshold: -5,
        for: '5m',
        note: 'Some profit',
      },
      repeat: { every: '1h', max_firings: 10, rearm: 1, rebase: true },
      active_hours: { from: '09:00', to: '17:30', days: ['mon', 'fri'], time_zone: 'Europe/Berlin' },
      ...{ expires_at: '2999-01-01T00:00:00.000Z', snoozed_until: '2998-01-01T00:00:00.000Z' },
      ...{ labels: { desk: 'spot', 'a.b': 'c=d' }, events: ['recovered', 'expired'] },
      message: { format: 'telegram', template: '{{text}}!', chat_id: '@prices' },
      headers: { authorization: '••••', 'x-environment': '••••' },
      webhook_urls: [HOOK, `${HOOK}/2`],
    });
    const range = ['--condition', 'leaves', '--range', '0.02,0.08', '--event', 'none'];
    const ratio = await run([
      'create',
      'ETH/BTC',
      '--metric',
      'ratio',
      ...range,
      '--webhook',
      HOOK,
      '--json',
    ]);
    expect(JSON.parse(ratio.stdout)).toMatchObject({ ticker: 'ETH/BTC', range: [0.02, 0.08], events: [] });
    const listed = (await run(['list'])).stdout.split('\n').map((line) => line.split('\t').slice(1, 4));
    expect(listed).toEqual([
      ['ETH/BTC', 'ratio leaves 0.02 to 0.08', 'active'],
      [
        'ETH',
        'change_1h > -5 for 5m, every 1h, 10 times at most, from 09:00 to 17:30 in Europe/Berlin',
        'active, snoozed until 2998-01-01T00:00:00.000Z, expires at 2999-01-01T00:00:00.000Z',
      ],
      [],
    ]);
  }, 120_000);

  it('says what an option may be, and nothing of headers', async () => {
    const create = (...more: string[]) => run(['create', 'BTC', '--webhook', HOOK, ...more]);
    const cases: [string[], number, string][] = [
      [['--condition', 'gt', '--threshold', 'x'], 2, 'Allowed: a number'],
      [['--condition', 'enters', '--range', '5'], 2, 'Allowed: two numbers'],
      [['--above', '5', '--hours', '9-17'], 2, 'Allowed: two times of the day'],
      [['--above', '5', '--days', 'monday'], 2, 'Allowed: mon, tue'],
      [['--above', '5', '--expires', 'soon'], 2, 'Allowed: a time such as 2026-03-01T12:00Z, or a duration'],
      [['--above', '5', '--label', 'desk'], 2, 'Allowed: a name, =, and a text'],
      [['--above', '5', '--event', 'fired'], 2, 'Allowed: recovered, expired, suspended, none'],
      [['--above', '5', '--header', 'Bearer 4f1d6c'], 2, 'Allowed: a header'],
      [['--above', '5', '--condition', 'lt'], 2, 'cannot be used with'],
      [['--above', '5', '--max-firings', '3'], 5, 'repeat'],
      [['--condition', 'enters', '--threshold', '3'], 5, 'Give range instead'],
    ];
    const ends = await Promise.all(cases.map(([more]) => create(...more)));
    expect(ends).toEqual(
      cases.map(([, code, words]) => ({ code, stdout: '', stderr: expect.stringContaining(words) })),
    );
  }, 120_000);
});

describe('pricehook alerts change, snooze, pause and resume', () => {
  it('change what is named, within other fields too, and take away', async () => {
    const options = [
      '--condition',
      'gt',
      '--threshold',
      '70000',
      '--every',
      '1h',
      '--note',
      'a',
      '--label',
      'x=1',
    ];
    const { id } = JSON.parse((await run(['create', 'BTC', ...options, '--webhook', HOOK, '--json'])).stdout);
    const more = ['--max-firings', '3', '--label', 'y=2', '--remove', 'note', '--above', '71000', '--json'];
    const changed = await run(['change', id, ...more]);
    expect(changed).toMatchObject({ code: 0, stderr: '' });
    const { note, ...alert } = JSON.parse(changed.stdout);
    expect(note).toBeUndefined();
    expect(alert).toMatchObject({
      ...{ target_price: 71_000, labels: { x: '1', y: '2' }, repeat: { every: '1h', max_firings: 3 } },
    });
    const snoozed = JSON.parse((await run(['snooze', id, '2h', '--json'])).stdout);
    expect(Date.parse(snoozed.snoozed_until)).toBeGreaterThan(Date.now());
    expect(JSON.parse((await run(['snooze', id, 'off', '--json'])).stdout).snoozed_until).toBeUndefined();
    expect((await run(['pause', id])).stdout).toMatch(/^status +paused$/m);
    expect((await run(['resume', id])).stdout).toMatch(/^status +active$/m);
    expect(await run(['change', id])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('name something'),
    });
    expect(await run(['change', id, '--remove', 'ticker'])).toMatchObject({ code: 2 });
    expect(await run(['snooze', AN_ID, '2h'])).toMatchObject({ code: 4 });
  }, 120_000);
});

describe('pricehook alerts export and import', () => {
  it.each([
    [['--csv'], 'alerts.csv'],
    [[], 'alerts.json'],
  ])(
    'bring alerts along with %p',
    async (more, name) => {
      const options = ['--metric', 'change_1h', '--condition', 'gt', '--threshold', '5', '--every', '1h'];
      await run(['create', 'ETH', ...options, '--note', '=x\n\u0085y', '--webhook', HOOK]);
      await run(['create', 'BTC', '--above', '5', '--header', 'X-Token: 4f1d6c', '--webhook', HOOK]);
      const mine = await run(['export', ...more]);
      expect(mine).toMatchObject({
        code: 0,
        stderr: '1 of them have headers of their own, which are secret and not among it\n',
      });
      writeFileSync(file(name), mine.stdout);
      user = await addUser(api().db);
      expect(
        (await run(['import', file(name), '--dry-run'])).stdout
          .split('\n')
          .map((line) => line.split('\t')[1]),
      ).toEqual(['ETH change_1h > 5, every 1h', 'BTC > 5', undefined]);
      expect(await run(['export'])).toMatchObject({ stdout: '[]\n' });
      const key = ['--idempotency-key', name];
      expect(await run(['import', file(name), ...key])).toEqual({
        code: 0,
        stdout: 'Made 2 alerts\n',
        stderr: '',
      });
      expect(JSON.parse((await run(['import', file(name), ...key, '--json'])).stdout)).toMatchObject({
        created: 2,
      });
      const theirs = await run(['export', ...more]);
      expect(theirs.stdout).toBe(readFileSync(file(name), 'utf8'));
    },
    120_000,
  );
});

describe('pricehook alerts preview', () => {
  it('prints when it would have fired', async () => {
    const minuteMs = Date.UTC(2026, 1, 1);
    const prices = [100, 106, 99, 107];
    await api()
      .db.insertInto('candles')
      .values(
        prices.map((price, index) => ({
          ...{ market: 'replay' as const, ticker: 'BTC', minute: new Date(minuteMs + index * 60_000) },
          ...{ open: price, high: price, low: price, close: price, quote_count: 1 },
        })),
      )
      .execute();
    const span = ['--from', '2026-02-01', '--to', '2026-02-01T00:04Z', '--every', '1m'];
    const seen = await run(['preview', 'BTC', '--above', '105', ...span]);
    expect(seen).toMatchObject({ code: 0, stderr: '' });
    expect(seen.stdout.split('\n').map((line) => line.split('\t').slice(0, 3))).toEqual([
      ['2026-02-01T00:01:00.000Z', '106', '-'],
      ['2026-02-01T00:03:00.000Z', '107', '-'],
      [''],
    ]);
    const json = await run(['preview', 'BTC', '--above', '105', ...span, '--json']);
    expect(JSON.parse(json.stdout).firings).toHaveLength(2);
    expect(await run(['preview', 'BTC', '--above', '108', ...span])).toMatchObject({
      ...{ code: 0, stdout: '', stderr: 'It would not have fired, by the prices that are stored\n' },
    });
    expect(await run(['preview', 'BTC'])).toMatchObject({ code: 2 });
  }, 120_000);
});

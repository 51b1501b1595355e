import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addUser, type TestUser, useApi } from '../api/api';
import { eventually } from '../support/eventually';
import { publishPrices } from '../support/seed';
import { runPricehook } from './run';

const api = useApi({ quoteTtlMs: 3_600_000 });
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
  runPricehook(args, { PRICEHOOK_URL: api().url, PRICEHOOK_API_KEY: user.key, DATA_DIR: folder, ...env });
const create = (...more: string[]) =>
  run(['alerts', 'create', 'btc', '--above', '65420.15', '--webhook', HOOK, ...more]);

describe('pricehook alerts', () => {
  it('makes, lists, shows, pauses and deletes an alert', async () => {
    const made = await create('--json');
    expect(made).toMatchObject({ code: 0, stderr: '' });
    const alert = JSON.parse(made.stdout);
    expect(alert).toMatchObject({
      ticker: 'BTC',
      condition: 'gt',
      target_price: 65_420.15,
      webhook_url: HOOK,
    });
    const [listed, plain, shown, twice] = await Promise.all([
      run(['alerts', 'list', '--status', 'active', '--json']),
      run(['alerts', 'list']),
      run(['alerts', 'show', alert.id]),
      create(),
    ]);
    expect(JSON.parse(listed.stdout)).toEqual([alert]);
    expect(plain.stdout).toBe(`${alert.id}\tBTC\t> 65420.15\tactive\t${alert.created_at}\t-\t-\t${HOOK}\n`);
    expect(shown.stdout).toMatch(new RegExp(`^id +${alert.id}\n`));
    expect(twice).toMatchObject({ code: 5, stdout: '', stderr: expect.stringMatching(/^[^\n]+\(409\)\n$/) });
    expect(JSON.parse((await run(['alerts', 'pause', alert.id, '--json'])).stdout)).toMatchObject({
      status: 'paused',
    });
    expect(await run(['alerts', 'delete', alert.id])).toEqual({
      code: 0,
      stdout: `Deleted ${alert.id}\n`,
      stderr: '',
    });
    expect(await run(['alerts', 'list', '--json'])).toMatchObject({ code: 0, stdout: '[]\n' });
  }, 120_000);

  it('ends with the code that fits, and says why in a line', async () => {
    const cases: [string[], NodeJS.ProcessEnv, number, string][] = [
      [['alerts', 'list'], { PRICEHOOK_API_KEY: '' }, 3, 'PRICEHOOK_API_KEY in the environment'],
      [['alerts', 'list'], { PRICEHOOK_API_KEY: 'whsec_x' }, 3, 'This is a webhook secret.'],
      [['alerts', 'list'], { PRICEHOOK_API_KEY: 'sk_live_wrong' }, 3, 'Invalid API Key (401)'],
      [['alerts', 'watch'], { PRICEHOOK_API_KEY: 'sk_live_wrong' }, 3, 'Invalid API Key (401)'],
      [['alerts', 'show', AN_ID], {}, 4, 'Alert not found (404)'],
      [['alerts', 'create', 'XYZ', '--above', '1', '--webhook', HOOK], {}, 5, 'ticker: Must be one of BTC'],
      [['alerts', 'watch', '--resume', 'x'], {}, 5, '(422)'],
      [['rates'], { PRICEHOOK_URL: 'http://127.0.0.1:9' }, 6, 'No API answers on http://127.0.0.1:9'],
      [['alerts', 'create', 'BTC', '--webhook', HOOK], {}, 2, '--above, --below or --condition is missing'],
      [['alerts', 'create', 'BTC', '--below', '-5', '--webhook', HOOK], {}, 2, 'Allowed: a price'],
      [['alerts', 'list', '--status', 'gone'], {}, 2, 'Allowed choices are active, paused, fired'],
      [['rates', '--key-file', 'sk_live_oops'], {}, 2, 'in the history of your shell'],
      [['rates', '--url', 'ftp://x'], {}, 2, 'allowed: an http or https URL'],
    ];
    const ends = await Promise.all(cases.map(([args, env]) => run(args, env)));
    expect(ends).toEqual(
      cases.map(([, , code, words]) => ({ code, stdout: '', stderr: expect.stringContaining(words) })),
    );
    for (const { stderr } of ends) {
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect(stderr).not.toContain('sk_live_');
    }
  }, 120_000);

  it('takes the key from a file, and warns of one that others may read', async () => {
    const file = join(folder, 'key.txt');
    writeFileSync(file, `${user.key}\n`, { mode: 0o600 });
    const quiet = await run(['alerts', 'list', '--key-file', file], { PRICEHOOK_API_KEY: '' });
    expect(quiet).toEqual({ code: 0, stdout: '', stderr: '' });
    chmodSync(file, 0o644);
    const warned = await run(['alerts', 'list', '--key-file', file], { PRICEHOOK_API_KEY: 'sk_live_wrong' });
    expect(warned).toMatchObject({
      code: 0,
      stderr: `Warning: others may read ${file}; run: chmod 600 ${file}\n`,
    });
  });
});

describe('pricehook rates', () => {
  it('prints prices, says which are missing, and that they are not real', async () => {
    expect(await run(['rates'])).toMatchObject({ code: 6, stderr: 'No fresh quote is available (503)\n' });
    await publishPrices(api().db, new Date(), { ETH: 3120.4, BTC: 65_420.15 });
    await eventually(() => expect(api().quotes.fresh()).toHaveLength(2));
    const [plain, json, missing] = await Promise.all([
      run(['rates']),
      run(['rates', '--ticker', 'btc', '--json']),
      run(['rates', '--ticker', 'ETH,DOGE']),
    ]);
    expect(plain.stdout.split('\n').sort()).toEqual(['', 'BTC\t65420.15', 'ETH\t3120.4']);
    expect(plain.stderr).toBe('Market: replay. These prices are recorded, not real.\n');
    expect(JSON.parse(json.stdout)).toEqual({ BTC: 65_420.15 });
    expect(missing).toMatchObject({ code: 4, stdout: 'ETH\t3120.4\n' });
    expect(missing.stderr).toContain('There is no fresh price of DOGE');
    const watched = await run(['rates', '--watch', '--ticker', 'BTC', '--count', '1', '--json']);
    expect(watched.code).toBe(0);
    expect(JSON.parse(watched.stdout)).toMatchObject({
      type: 'quote',
      data: { ticker: 'BTC', price: 65_420.15 },
    });
  });
});

describe('pricehook deliveries', () => {
  it('lists and shows them, whatever their receiver said, and has them made again', async () => {
    const id = `msg_${user.id.replaceAll('-', '')}`;
    const { db } = api();
    const created_at = new Date(Date.UTC(2026, 2, 1));
    await db
      .insertInto('deliveries')
      .values({
        ...{
          id,
          user_id: user.id,
          market: 'replay',
          type: 'webhook.test',
          firing_number: 0,
          status: 'failed',
        },
        ...{ url: HOOK, body: '{}', created_at },
      })
      .execute();
    await db
      .insertInto('attempts')
      .values({
        ...{ delivery_id: id, number: 1, started_at: created_at, ended_at: created_at, outcome: 'failed' },
        ...{ status_code: 500, error_class: 'http', error: null, response_body: '\x1b]0;mine\x07 no' },
      })
      .execute();
    const [listed, shown, json, again] = await Promise.all([
      run(['deliveries', 'list', '--status', 'failed']),
      run(['deliveries', 'show', id]),
      run(['deliveries', 'show', id, '--json']),
      run(['deliveries', 'list', '--since', '2026-03-02']),
    ]);
    expect(listed.stdout).toBe(
      `${id}\twebhook.test\tfailed\t${created_at.toISOString()}\t1\tfailed 500\t-\t${HOOK}\n`,
    );
    expect(shown.stdout).toContain('\\u001b]0;mine\\u0007 no');
    expect(JSON.parse(json.stdout)).toMatchObject({
      id,
      attempts: [{ response_body: '\x1b]0;mine\x07 no' }],
    });
    expect(again.stdout).toBe('');
    expect(await run(['deliveries', 'redeliver', id])).toMatchObject({ code: 0 });
    expect(api().deliveries.wanted).toContainEqual(['start', id]);
    expect(await run(['deliveries', 'cancel', 'msg_none'])).toMatchObject({ code: 4 });
  });
});

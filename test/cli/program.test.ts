import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runPricehook, startPricehook } from './run';

describe('pricehook', () => {
  it('tells its version', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(await runPricehook(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('says what to do where it is not built', () => {
    const folder = mkdtempSync(join(tmpdir(), 'pricehook-'));
    mkdirSync(join(folder, 'bin'));
    copyFileSync('bin/pricehook.js', join(folder, 'bin/pricehook.js'));
    const { status, stderr } = spawnSync(process.execPath, [join(folder, 'bin/pricehook.js')], {
      encoding: 'utf8',
    });
    rmSync(folder, { recursive: true });
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: 'pricehook is not built yet; run `npm run build` first.\n',
    });
  });

  it.each([
    [['listen', '--port', 'http'], 'Allowed: a whole number from 0 to 65535.'],
    [['listen', '--status', '99'], 'Allowed: a whole number from 200 to 599.'],
    [['listen', '--delay', '5'], 'Allowed: a duration up to 1h, such as 500ms, 3s or 1m.'],
    [['listen', '--fail-first', '-1'], 'Allowed: a whole number'],
    [['listen', '--secret', 'whsec_?'], 'Allowed: a secret as registration shows it, whsec_ and base64.'],
    [['dance'], "unknown command 'dance'"],
  ])('refuses %j in one line', async (args, message) => {
    const { code, stdout, stderr } = await runPricehook(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('refuses a secret of the environment that is none, without showing it', async () => {
    const { code, stderr } = await runPricehook(['listen', '--port', '0'], {
      PRICEHOOK_WEBHOOK_SECRET: 'not*base64',
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^PRICEHOOK_WEBHOOK_SECRET can't be read\. [^\n]*\n$/);
    expect(stderr).not.toContain('not*base64');
  });

  it('says that a port is taken', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    expect(await runPricehook(['listen', '--port', String(port)])).toEqual({
      code: 1,
      stdout: '',
      stderr: `Port ${port} on 127.0.0.1 is taken; choose another with --port.\n`,
    });
    holder.close();
  });

  it('ends at once on Ctrl-C, with a request open', async () => {
    const { child, ended } = startPricehook(['listen', '--port', '0', '--hang']);
    const [first] = (await once(child.stdout, 'data')) as [Buffer];
    const url = /http:\S+/.exec(first.toString())?.[0] ?? '';
    const request = fetch(url, { method: 'POST', body: '{}' }).catch(() => 'cut off');
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    const { code, stdout } = await ended;
    expect(code).toBe(0);
    expect(stdout.trim().split('\n').at(-1)).toBe('1 received, 0 verified, 1 not verified');
    expect(await request).toBe('cut off');
  });

  it('prints its configuration, and a bad value in one line', async () => {
    const { stdout } = await runPricehook(['config'], { PORT: '8100', QUOTE_TTL: '90s' });
    expect(stdout.split('\n')).toEqual(
      expect.arrayContaining(['PORT=8100', 'QUOTE_TTL=90s', 'DATABASE_URL=']),
    );
    expect(await runPricehook(['config'], { PORT: 'x' })).toEqual({
      code: 1,
      stdout: '',
      stderr: 'PORT is "x"; allowed: a whole number from 1 to 65535\n',
    });
    const { stdout: json } = await runPricehook(['config', '--json'], { WEBHOOK_ALLOWED_NETWORKS: '' });
    expect(JSON.parse(json)).toMatchObject({
      HOST: '127.0.0.1',
      DATABASE_URL: null,
      WEBHOOK_ALLOWED_NETWORKS: '',
    });
  });
});

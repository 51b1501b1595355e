import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkClock, checkNode } from '../../src/cli/doctor/machine';
import { addUser } from '../api/api';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { TEST_SECRETS_KEY } from '../support/secrets';
import { runPricehook } from './run';

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'pricehook-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await database.drop();
});

interface Check {
  name: string;
  status: string;
  detail: string;
  mend?: string;
}

async function examine(env: NodeJS.ProcessEnv) {
  const { code, stdout, stderr } = await runPricehook(['doctor', '--json'], {
    ...{ DATA_DIR: folder, MARKET: 'replay', DATABASE_URL: database.url, SECRETS_KEY: TEST_SECRETS_KEY },
    ...{ TEMPORAL_ADDRESS: process.env.TEST_TEMPORAL_ADDRESS, ...env },
  });
  expect(stderr).toBe('');
  const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: Check[] };
  expect(code).toBe(ok ? 0 : 1);
  return { ok, of: (name: string) => checks.find((check) => check.name === name) };
}

describe('pricehook doctor', () => {
  it('finds what is wrong, says how to mend it, and finds nothing once it is mended', async () => {
    await addUser(database.db);
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    await database.db
      .deleteFrom('kysely_migration' as never)
      .where('name' as never, '=', '0018-stream' as never)
      .execute();
    const wrong = await examine({
      PORT: String(port),
      SECRETS_KEY: Buffer.alloc(32, 9).toString('base64'),
      TEMPORAL_NAMESPACE: 'nowhere',
    });
    expect(wrong.ok).toBe(false);
    expect(wrong.of(`Port ${port}`)).toMatchObject({
      status: 'failed',
      mend: expect.stringContaining('PORT'),
    });
    expect(wrong.of('Schema')).toMatchObject({ status: 'failed', detail: 'not applied yet: 0018-stream' });
    expect(wrong.of('Temporal')).toMatchObject({
      status: 'failed',
      detail: expect.stringContaining('nowhere'),
    });
    expect(wrong.of('Node')).toMatchObject({ status: 'ok' });
    expect(wrong.of('Disk')).toMatchObject({ detail: expect.stringContaining('GiB free') });

    const timestamp = new Date().toISOString();
    await database.db
      .insertInto('kysely_migration' as never)
      .values({ name: '0018-stream', timestamp } as never)
      .execute();
    const key = await examine({ PORT: String(port), SECRETS_KEY: Buffer.alloc(32, 9).toString('base64') });
    expect(key.of('Secrets key')).toMatchObject({
      status: 'failed',
      mend: expect.stringContaining('SECRETS_KEY'),
    });
    holder.close();
    await database.db.insertInto('workers').values({ id: 'host/1' }).execute();
    const mended = await examine({ PORT: String(port) });
    expect(mended.of('Secrets key')).toMatchObject({ detail: 'opens every stored webhook secret' });
    expect(mended.of('Temporal')).toMatchObject({ status: 'ok' });
    expect(mended.of('Worker')).toMatchObject({ status: 'ok' });
    expect(mended.of('Sources')).toMatchObject({ status: 'skipped' });
    expect(mended.of(`Port ${port}`)).toMatchObject({ status: 'ok' });
    expect(mended.ok).toBe(true);
  }, 120_000);

  it('asks what there is where nothing runs, and tells of a bad setting', async () => {
    const idle = await runPricehook(['doctor'], { DATA_DIR: folder, MARKET: 'replay' });
    expect(idle.stdout).toMatch(
      /^warning {2}PostgreSQL +PostgreSQL is embedded, and not running\n +to mend it: start it/m,
    );
    const bad = await runPricehook(['doctor'], { PORT: 'x' });
    expect(bad).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('PORT is "x"; allowed: a whole number'),
    });
  });
});

describe('checkNode and checkClock', () => {
  it('tell what is too old, and what goes wrong', () => {
    expect(checkNode('20.18.3')).toMatchObject({ status: 'failed' });
    expect([checkNode('20.19.0'), checkNode('24.1.0')]).toMatchObject([{ status: 'ok' }, { status: 'ok' }]);
    expect(checkClock([])).toMatchObject({ status: 'skipped' });
    expect(checkClock([{ whose: 'okx', aheadMs: 90_000 }])).toMatchObject({
      status: 'failed',
      detail: '90.0 s behind that of okx',
    });
    // One of them is wrong, and it need not be ours.
    const two = [
      { whose: 'okx', aheadMs: 90_000 },
      { whose: 'kraken', aheadMs: -3_000 },
    ];
    expect(checkClock(two)).toMatchObject({ status: 'warning', detail: '3.0 s before that of kraken' });
  });
});

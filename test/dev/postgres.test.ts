import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { type EmbeddedPostgres, startPostgres } from '../../src/dev/postgres';

let dataDir: string;
let running: EmbeddedPostgres[];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'pricehook-postgres-'));
  running = [];
});

afterEach(async () => {
  await Promise.all(running.map((server) => server.stop()));
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(): Promise<EmbeddedPostgres> {
  const server = await startPostgres({ dataDir });
  running.push(server);
  return server;
}

async function query(url: string, sql: string) {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(sql);
  await client.end();
  return rows;
}

describe('startPostgres', () => {
  it('keeps data and port over a stop', async () => {
    const first = await start();
    await query(first.url, 'create table kept (id int); insert into kept values (7)');
    await first.stop();
    await expect(first.exited).resolves.toEqual({ code: 0, signal: null });

    const second = await start();
    expect(second.url).toBe(first.url);
    expect(await query(second.url, 'select id from kept')).toEqual([{ id: 7 }]);
  });

  it('comes back with everything committed after a kill', async () => {
    const first = await start();
    await query(first.url, 'create table kept as select 7 as id');
    first.kill();
    await expect(first.exited).resolves.toMatchObject({ signal: 'SIGKILL' });

    const second = await start();
    expect(await query(second.url, 'select id from kept')).toEqual([{ id: 7 }]);
  });

  it('refuses a folder on which one runs, and leaves that one alone', async () => {
    const first = await start();
    await expect(startPostgres({ dataDir })).rejects.toThrow(
      `runs on ${dataDir} already (process ${first.pid})`,
    );
    expect(await query(first.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('is not misled by the file of a killed server whose process id another process has now', async () => {
    const first = await start();
    first.kill();
    await first.exited;
    writeFileSync(join(dataDir, 'postgres/postmaster.pid'), `${process.pid}\n${join(dataDir, 'postgres')}\n`);
    await expect(start()).resolves.toMatchObject({ port: first.port });
  });

  it('uses UTF-8 and keeps committed transactions through a power cut', async () => {
    const { url } = await start();
    const sql = `select current_setting('server_encoding') as encoding, current_setting('synchronous_commit') as commit`;
    expect(await query(url, sql)).toEqual([{ encoding: 'UTF8', commit: 'on' }]);
  });

  it('says which file is missing when the password is gone', async () => {
    await (await start()).stop();
    rmSync(join(dataDir, 'postgres.password'));
    await expect(start()).rejects.toThrow('postgres.password');
  });
});

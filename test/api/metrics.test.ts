import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { connectDatabase } from '../../src/db/connect';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { publishPrices } from '../support/seed';
import { ALERT, addUser, startApi, type TestApi, withApi } from './api';

/** The value of a sample; undefined where there is none. */
function figure(text: string, sample: string): number | undefined {
  const line = text.split('\n').find((one) => one.startsWith(`${sample} `));
  return line === undefined ? undefined : Number(line.slice(sample.length + 1));
}

describe('GET /metrics', () => {
  let database: TestDatabase;
  let api: TestApi;
  const metrics = async () => (await api.ask('GET /metrics')).text;

  beforeAll(async () => {
    database = await createTestDatabase();
    await publishPrices(database.db, new Date(Date.now() - 60_000), { BTC: 65_420.15 });
  });
  afterAll(() => database.drop());
  // Its own for each test, since what the database said is remembered for some seconds.
  beforeEach(async () => {
    api = await startApi(database);
  });
  afterEach(() => api.close());

  it("is Prometheus' text, with what runs here and how the process does", async () => {
    const { status, text, headers } = await api.ask('GET /metrics');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text).toMatch(/^pricehook_info\{version="[^"]+",market="replay"\} 1$/m);
    expect(figure(text, 'process_resident_memory_bytes')).toBeGreaterThan(1e6);
    expect(text.endsWith('\n')).toBe(true);
    const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    for (const sample of samples)
      expect(sample).toMatch(/^[a-z][a-z0-9_]*(\{([a-z]\w*="[^"]*",?)+\})? (-?\d+(\.\d+)?(e[+-]?\d+)?|Nan)$/);
  });

  it('counts requests by the template of their route, never by what callers make up', async () => {
    const { key } = await addUser(database.db);
    const id = randomUUID();
    await api.ask(`GET /api/v1/alerts/${id}`, { key });
    await api.ask('GET /api/v1/hunter2', { key });
    await api.ask('PROPFIND /api/v1/alerts/');
    const text = await metrics();
    const count = (labels: string) => figure(text, `pricehook_http_requests_total{${labels}}`);
    expect(count('method="GET",route="/api/v1/alerts/:id",status="404"')).toBe(1);
    expect(count('method="GET",route="none",status="404"')).toBe(1);
    expect(text).toContain('pricehook_http_requests_total{method="other",');
    const name = 'pricehook_http_request_duration_seconds_count';
    expect(figure(text, `${name}{method="GET",route="/api/v1/alerts/:id"}`)).toBe(1);
    for (const secret of [id, 'hunter2', key]) expect(text).not.toContain(secret);
  });

  it('tells alerts, backlogs, ages and connections out of the database', async () => {
    const { id: userId, key } = await addUser(database.db);
    await api.ask('POST /api/v1/alerts/', { key, body: ALERT });
    await sql`
      insert into deliveries (id, user_id, market, type, firing_number, url, body, created_at, next_attempt_at, woken_at)
      select 'msg_' || n, ${userId}, 'replay', 'webhook.test', 0, 'https://example.com', '{}',
        now() - interval '1 hour', now() + w, case when n > 1 then now() end
      from unnest(array[1, 2, 3], array['-90 s', '-30 s', '1 h']::interval[]) as u (n, w)`.execute(
      database.db,
    );
    const text = await metrics();
    expect(figure(text, 'pricehook_database_up')).toBe(1);
    expect(figure(text, 'pricehook_alerts{status="active"}')).toBe(1);
    expect(figure(text, 'pricehook_alerts{status="paused"}')).toBe(0);
    expect(figure(text, 'pricehook_deliveries{status="pending"}')).toBe(3);
    const backlog = (state: string) => figure(text, `pricehook_delivery_backlog{state="${state}"}`);
    expect([backlog('unwoken'), backlog('due'), backlog('retrying')]).toEqual([1, 2, 1]);
    expect(figure(text, 'pricehook_delivery_backlog_oldest_seconds{state="unwoken"}')).toBeGreaterThan(3_599);
    expect(figure(text, 'pricehook_delivery_backlog_oldest_seconds{state="due"}')).toBeGreaterThan(89);
    expect(figure(text, 'pricehook_quote_age_seconds{ticker="BTC"}')).toBeGreaterThan(59);
    for (const secret of [userId, key, 'example.com', 'msg_']) expect(text).not.toContain(secret);
  });

  it('estimates large tables instead of counting them, and asks rarely', async () => {
    const { id: userId } = await addUser(database.db);
    await sql`
      insert into alerts (user_id, market, ticker, condition, target_price, webhook_url, status, armed_seq, checked_seq)
      select ${userId}, 'replay', 'ETH', 'gt', n, 'https://example.com', case when n % 4 = 0 then 'paused' else 'active' end, 0, 0
      from generate_series(1, 24000) as n`.execute(database.db);
    await sql`analyze alerts`.execute(database.db);
    const first = await metrics();
    const active = figure(first, 'pricehook_alerts{status="active"}') as number;
    expect(Math.abs(active - 18_000)).toBeLessThan(1_000);
    await sql`delete from alerts where ticker = 'ETH'`.execute(database.db);
    expect(figure(await metrics(), 'pricehook_alerts{status="active"}')).toBe(active);
  });

  it('answers without a database: ages grow, and what nobody knows is left out', async () => {
    const db = connectDatabase('postgres://nobody@127.0.0.1:1/none', {
      maxConnections: 1,
      onIdleError: () => {},
    });
    await withApi(database, { parts: { db } }, async (cut) => {
      const { status, text } = await cut.ask('GET /metrics');
      expect(status).toBe(200);
      expect(figure(text, 'pricehook_database_up')).toBe(0);
      expect(text).not.toMatch(/^pricehook_alerts\{/m);
      expect(text).not.toMatch(/^pricehook_alarms_open /m);
      expect((await cut.ask('GET /health/live')).status).toBe(200);
      const ready = await cut.ask('GET /health/ready');
      expect([ready.status, ready.json]).toEqual([503, { status: 'down' }]);
    });
    await db.destroy();
  });

  it('has probes for orchestrators', async () => {
    for (const path of ['/health/live', '/health/ready']) {
      const { status, json } = await api.ask(`GET ${path}`);
      expect([status, json]).toEqual([200, { status: 'ok' }]);
    }
    await withApi(database, { parts: { isDraining: () => true } }, async (draining) => {
      expect((await draining.ask('GET /health/live')).status).toBe(200);
      const ready = await draining.ask('GET /health/ready');
      expect([ready.status, ready.json]).toEqual([503, { status: 'draining' }]);
    });
  });
});

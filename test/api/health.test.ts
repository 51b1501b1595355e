import { healthSchema } from '../../src/api/answers/service';
import { connectDatabase } from '../../src/db/connect';
import { sawWorker } from '../../src/db/workers';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { eventually } from '../support/eventually';
import { publishPrices } from '../support/seed';
import { startApi, type TestApi, withApi } from './api';

const ALL_OK = { database: 'ok', temporal: 'ok', worker: 'ok', quotes: 'ok' };

describe('GET /health', () => {
  let database: TestDatabase;
  // Its own for each test, since an answer is remembered for a second.
  let api: TestApi;

  beforeAll(async () => {
    database = await createTestDatabase();
    await publishPrices(database.db, new Date(), { BTC: 65_420.15 });
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    await sawWorker(database.db, 'worker');
    api = await startApi(database, { quoteTtlMs: 3_600_000, rateLimits: true });
    await eventually(() => expect(api.quotes.fresh()).toHaveLength(1));
  });
  afterEach(() => api.close());

  it('answers 200 while everything is up', async () => {
    const { status, json } = await api.ask('GET /health');
    expect(status).toBe(200);
    expect(healthSchema.parse(json)).toEqual(json);
    expect(Object.keys(json)).toEqual(['status', 'version', 'market', 'checks']);
    expect(json).toMatchObject({ status: 'ok', market: 'replay', checks: ALL_OK });
    expect(json.version).toMatch(/^\d+\.\d+\.\d+/);
  });

  it.each([
    [
      'worker',
      () =>
        database.db
          .updateTable('workers')
          .set({ seen_at: new Date(Date.now() - 21_000) })
          .execute(),
    ],
    [
      'temporal',
      async () => {
        api.workflows.up = false;
      },
    ],
    [
      'quotes',
      async () => {
        jest.spyOn(api.quotes, 'fresh').mockReturnValue([]);
      },
    ],
  ])('answers 503 when there is no %s', async (part, takeAway) => {
    await takeAway();
    const { status, json } = await api.ask('GET /health');
    expect(status).toBe(503);
    expect(json).toMatchObject({ status: 'degraded', checks: { ...ALL_OK, [part]: 'down' } });
  });

  it('answers 503 when Temporal breaks or hangs', async () => {
    jest.spyOn(api.workflows, 'isUp').mockRejectedValue(new Error('broken'));
    expect((await api.ask('GET /health')).json.checks).toEqual({ ...ALL_OK, temporal: 'down' });
    await withApi(database, {}, async (other) => {
      jest.spyOn(other.workflows, 'isUp').mockReturnValue(new Promise(() => {}));
      expect((await other.ask('GET /health')).json.checks).toMatchObject({
        temporal: 'down',
        database: 'ok',
      });
    });
  });

  it('answers 503 without a database', async () => {
    const nowhere = Object.assign(new URL(database.url), { port: '1' }).href;
    const gone = connectDatabase(nowhere, { maxConnections: 1, onIdleError: () => {} });
    await withApi(database, { parts: { db: gone } }, async (other) => {
      const { status, json } = await other.ask('GET /health');
      expect(status).toBe(503);
      expect(json.checks).toMatchObject({ database: 'down', worker: 'down' });
    });
    await gone.destroy();
  });

  it('asks once a second, however often it is asked', async () => {
    const clock = jest.spyOn(performance, 'now').mockReturnValue(1_000_000);
    const isUp = jest.spyOn(api.workflows, 'isUp');
    await Promise.all([api.ask('GET /health'), api.ask('GET /health'), api.ask('GET /health')]);
    expect(isUp).toHaveBeenCalledTimes(1);
    clock.mockReturnValue(1_001_001);
    await api.ask('GET /health');
    expect(isUp).toHaveBeenCalledTimes(2);
    clock.mockRestore();
  });

  it('has neither limit nor key, at the root only', async () => {
    for (let i = 0; i < 12; i++) {
      const { headers } = await api.ask('GET /health/');
      expect(headers.get('ratelimit')).toBeNull();
      expect(headers.get('x-market')).toBe('replay');
    }
    expect((await api.ask('GET /api/v1/health')).status).toBe(404);
  });
});

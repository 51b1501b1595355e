import { z } from 'zod';
import { sourceSchema } from '../../src/api/answers/market';
import { addUser, type TestUser, useApi } from './api';

describe('GET /sources', () => {
  const api = useApi({ sources: ['kraken', 'binance'] });
  let user: TestUser;

  beforeEach(async () => {
    user = await addUser(api().db);
    await api().db.deleteFrom('sources').execute();
  });

  const list = async () => (await api().ask('GET /api/v1/sources', { key: user.key })).json;
  const set = (values: object) =>
    api()
      .db.insertInto('sources')
      .values({ market: 'replay', name: 'kraken', ...values })
      .execute();
  const ago = (ms: number) => new Date(Date.now() - ms);

  it('has every configured source, also before it was ever asked', async () => {
    const sources = await list();
    expect(z.array(sourceSchema).parse(sources)).toEqual(sources);
    const empty = {
      ...{ status: 'ok', last_success_at: null, quote_age_ms: null },
      ...{ failure: null, resting_until: null, deviation: null },
    };
    expect(sources).toEqual([
      { name: 'kraken', ...empty },
      { name: 'binance', ...empty },
    ]);
    expect(Object.keys(sources[0])).toEqual([
      ...['name', 'status', 'last_success_at', 'quote_age_ms', 'failure', 'resting_until', 'deviation'],
    ]);
  });

  it('says how one does that succeeded last', async () => {
    const at = ago(60_000);
    await set({ last_attempt_at: at, last_success_at: at, failed_at: ago(120_000), deviation: '0.00012' });
    const [kraken] = await list();
    expect(kraken).toMatchObject({
      ...{ status: 'ok', last_success_at: at.toISOString(), failure: null, deviation: 0.00012 },
    });
    expect(kraken.quote_age_ms).toBeGreaterThanOrEqual(60_000);
  });

  it('calls one failing whose last attempt failed, also when it never succeeded', async () => {
    await set({ last_success_at: ago(20_000), failed_at: ago(10_000), failure: 'timed_out' });
    expect((await list())[0]).toMatchObject({ status: 'failing', failure: 'timed_out' });
    await api().db.deleteFrom('sources').execute();
    await set({ failed_at: ago(10_000), failure: 'blocked' });
    expect((await list())[0]).toMatchObject({ status: 'failing', failure: 'blocked', quote_age_ms: null });
  });

  it('calls one resting until its rest is over', async () => {
    const until = new Date(Date.now() + 60_000);
    await set({ failed_at: ago(10), failure: 'rate_limited', resting_until: until });
    expect((await list())[0]).toMatchObject({
      ...{ status: 'resting', failure: 'rate_limited', resting_until: until.toISOString() },
    });
    await api()
      .db.updateTable('sources')
      .set({ resting_until: ago(1) })
      .execute();
    expect((await list())[0]).toMatchObject({ status: 'failing' });
  });

  it('leaves out the other market and sources that are not configured', async () => {
    await set({ market: 'live', failed_at: ago(1), failure: 'blocked' });
    await set({ name: 'okx', failed_at: ago(1), failure: 'blocked' });
    const sources = await list();
    expect(sources).toMatchObject([
      { name: 'kraken', status: 'ok' },
      { name: 'binance', status: 'ok' },
    ]);
    expect(sources).toHaveLength(2);
  });
});

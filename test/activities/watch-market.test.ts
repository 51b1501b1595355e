import { sql } from 'kysely';
import { type WatchSettings, watchMarket } from '../../src/activities/watch-market';
import { listAlarms } from '../../src/db/alarms';
import { countSourceFailures } from '../../src/db/quality';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createTestNamespace, type TestNamespace } from '../support/temporal';

const MINUTE_MS = 60_000;
const WATCH: WatchSettings = {
  ...{ alarms: { market: 'replay', told: false }, sources: ['kraken', 'coingecko'], tickMs: 10_000 },
  ...{ slowMs: { coingecko: 300_000 }, reportMs: 3_600_000 },
};
let database: TestDatabase;
let temporal: TestNamespace;
beforeAll(async () => {
  temporal = await createTestNamespace();
});
afterAll(() => temporal.close());
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const ago = (minutes: number) => new Date(Date.now() - minutes * MINUTE_MS);

async function alarms(watch = WATCH): Promise<string[]> {
  await watchMarket({ db: database.db, client: temporal.client, watch });
  const all = await listAlarms(database.db, 'replay', { limit: 100 });
  return all.map(({ key, closed_at }) => `${key} ${closed_at === null ? 'open' : 'closed'}`).sort();
}

async function source(name: string, succeededAt: Date | null): Promise<void> {
  await sql`
    insert into sources (market, name, rest_count, last_success_at, failure, failure_message)
    values ('replay', ${name}, 0, ${succeededAt}, 'timed_out', 'No answer in time')
    on conflict (market, name) do update set last_success_at = excluded.last_success_at`.execute(database.db);
}

const tick = (at: Date) =>
  database.db.insertInto('ticks').values({ market: 'replay', tick_at: at }).execute();

describe('a source that is down', () => {
  it('alarms after five minutes, once, and once when it is back', async () => {
    await tick(ago(0));
    await source('kraken', ago(4.9));
    expect(await alarms()).toEqual([]);
    await source('kraken', ago(5.1));
    expect(await alarms()).toEqual(['source:kraken open']);
    expect(await alarms()).toEqual(['source:kraken open']);
    const [alarm] = await listAlarms(database.db, 'replay', { limit: 1 });
    expect(alarm?.detail).toContain('No answer in time');
    await source('kraken', ago(0));
    expect(await alarms()).toEqual(['source:kraken closed']);
    await source('kraken', ago(6));
    expect(await alarms()).toEqual(['source:kraken closed', 'source:kraken open']);
  });

  it('is not one that is asked seldom, nor any while we do not ask', async () => {
    await source('kraken', ago(60));
    await source('coingecko', ago(10));
    await tick(ago(10));
    expect(await alarms()).toEqual([]);
    await tick(ago(0));
    expect(await alarms()).toEqual(['source:kraken open']);
  });

  it('that never answered is down from its first failure on', async () => {
    await tick(ago(0));
    await source('kraken', null);
    expect(await alarms()).toEqual([]);
    const failure = { source: 'kraken' as const, kind: 'timed_out' as const, message: 'No answer in time' };
    await countSourceFailures(database.db, 'replay', ago(6), [failure]);
    expect(await alarms()).toEqual(['source:kraken open']);
  });
});

describe('a schedule that did not run', () => {
  const ran = (at: Date) =>
    sql`
      insert into report_state (market, last_run_at) values ('replay', ${at})
      on conflict (market) do update set last_run_at = ${at}`.execute(database.db);

  it('alarms after two intervals, and closes with the next run', async () => {
    await ran(ago(119));
    expect(await alarms()).toEqual([]);
    await ran(ago(121));
    expect(await alarms()).toEqual(['schedule:report open']);
    await ran(ago(1));
    expect(await alarms()).toEqual(['schedule:report closed']);
  });

  it('is measured from the first quote where it never ran', async () => {
    expect(await alarms()).toEqual([]);
    await database.db
      .insertInto('source_quotes')
      .values({
        ...{ market: 'replay', ticker: 'BTC', source: 'okx', price: 1, source_time: null, reason: null },
        ...{ accepted: true, received_at: ago(121), tick_at: ago(121) },
      })
      .execute();
    expect(await alarms()).toEqual(['schedule:report open']);
  });
});

describe('messages that are owed', () => {
  it('have a workflow started that sends them, and none where nobody is to be told', async () => {
    await tick(ago(0));
    await source('kraken', ago(6));
    const telling = temporal.client.workflow.getHandle('tell-operators');
    await alarms();
    await expect(telling.describe()).rejects.toThrow();
    await source('kraken', ago(0));
    await alarms({ ...WATCH, alarms: { market: 'replay', told: true } });
    expect((await telling.describe()).status.name).toBe('RUNNING');
    await telling.terminate();
  });
});

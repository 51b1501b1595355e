import { tellOfSilence } from '../../src/activities/suspensions';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { ABOVE_100, seedRule } from '../support/rules';
import { publishPrices, seedAlert, seedUser } from '../support/seed';

const TICKERS = ['BTC', 'ETH', 'SOL'];

let database: TestDatabase;
let userId: string;

beforeEach(async () => {
  database = await createTestDatabase();
  ({ id: userId } = await seedUser(database.db));
});
afterEach(() => database.drop());

/** A tick so many seconds ago; a ticker without a price is left out. */
async function tick(secondsAgo: number, prices: Record<string, number>): Promise<void> {
  const tickAt = new Date(Date.now() - secondsAgo * 1_000);
  await publishPrices(database.db, tickAt, prices);
  await database.db
    .updateTable('ticks')
    .set({ published_at: tickAt })
    .where('tick_at', '=', tickAt)
    .execute();
}

const watch = () => tellOfSilence(database.db, 'replay', TICKERS);
const told = async (id: string) =>
  (
    await database.db
      .selectFrom('deliveries')
      .select(['type', 'body'])
      .where('alert_id', '=', id)
      .orderBy('created_at')
      .execute()
  ).map(({ type, body }) => [type, typeof JSON.parse(body).suspended_at]);

describe('tellOfSilence', () => {
  it('tells of a ticker that ticks have had no price of for a minute, and that it has one again, once each', async () => {
    const btc = await seedRule(database.db, userId, ABOVE_100, { events: ['suspended'] });
    const eth = await seedRule(database.db, userId, ABOVE_100, { ticker: 'ETH', events: ['suspended'] });
    const ratio = { ...ABOVE_100, metric: 'ratio' as const };
    const pair = await seedRule(database.db, userId, ratio, { ticker: 'ETH/BTC', events: ['suspended'] });
    const silent = await seedRule(database.db, userId, ABOVE_100, { ticker: 'ETH' });
    const plain = await seedAlert(database.db, { userId, targetPrice: 100, ticker: 'ETH' });

    await tick(100, { BTC: 99, ETH: 9, SOL: 1 });
    expect(await watch()).toEqual({ suspended: 0, resumed: 0 });
    await tick(70, { BTC: 99, SOL: 1 });
    await tick(50, { BTC: 99, SOL: 1 });
    expect(await watch()).toEqual({ suspended: 2, resumed: 0 });
    expect(await watch()).toEqual({ suspended: 0, resumed: 0 });
    for (const id of [eth, pair]) expect(await told(id)).toEqual([['alert.suspended', 'string']]);
    for (const id of [btc, silent, plain]) expect(await told(id)).toEqual([]);

    await tick(5, { BTC: 99, ETH: 9, SOL: 1 });
    expect(await watch()).toEqual({ suspended: 0, resumed: 2 });
    expect(await watch()).toEqual({ suspended: 0, resumed: 0 });
    expect(await told(eth)).toEqual([
      ['alert.suspended', 'string'],
      ['alert.resumed', 'string'],
    ]);
    const row = await database.db
      .selectFrom('alerts')
      .select('suspended_at')
      .where('id', '=', eth)
      .executeTakeFirstOrThrow();
    expect(row.suspended_at).toBeNull();
  });

  it('says nothing where no ticks come: then nothing is known of the sources', async () => {
    await seedRule(database.db, userId, ABOVE_100, { events: ['suspended'] });
    await tick(3_600, { BTC: 99 });
    expect(await watch()).toEqual({ suspended: 0, resumed: 0 });
    // The first tick after everything stood still.
    await tick(1, {});
    expect(await watch()).toEqual({ suspended: 0, resumed: 0 });
  });
});

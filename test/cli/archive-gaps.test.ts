import { createTestDatabase, type TestDatabase } from '../support/database';
import { TEST_SECRETS_KEY } from '../support/secrets';
import { runPricehook } from './run';

describe('pricehook archive gaps', () => {
  let database: TestDatabase;
  let env: Record<string, string>;
  beforeAll(async () => {
    database = await createTestDatabase();
    env = {
      DATABASE_URL: database.url,
      TEMPORAL_ADDRESS: '127.0.0.1:9',
      MARKET: 'replay',
      SECRETS_KEY: TEST_SECRETS_KEY,
    };
  });
  afterAll(() => database.drop());
  const gaps = (...args: string[]) => runPricehook(['archive', 'gaps', ...args], env);
  const at = (minute: number) => new Date(Date.UTC(2026, 10, 21, 3, minute));

  it('lists runs of minutes that no candle was had of', async () => {
    expect(await gaps()).toMatchObject({ code: 0, stdout: 'No minutes are missing.\n' });
    const gap = { market: 'replay' as const, from_minute: at(1), to_minute: at(7), next_seq: 1 };
    await database.db
      .insertInto('gaps')
      .values([
        { ...gap, ticker: 'BTC', filled_to: at(7), closed_at: at(8) },
        { ...gap, ticker: 'ETH', filled_to: at(1), failure: 'Kraken cannot be reached' },
      ])
      .execute();
    const price = { open: 1, high: 1, low: 1, close: 1, quote_count: 0, source: 'kraken' };
    const filled = [3, 4].map((minute) => ({ market: 'replay' as const, ticker: 'BTC', minute: at(minute) }));
    await database.db
      .insertInto('candles')
      .values(filled.map((minute) => ({ ...minute, ...price })))
      .execute();
    expect((await gaps()).stdout).toBe(`\
replay BTC  2026-11-21T03:01:00.000Z to 2026-11-21T03:03:00.000Z  2 minutes  no exchange had them
replay BTC  2026-11-21T03:05:00.000Z to 2026-11-21T03:07:00.000Z  2 minutes  no exchange had them
replay ETH  2026-11-21T03:01:00.000Z to 2026-11-21T03:07:00.000Z  6 minutes  asked for still (Kraken cannot be reached)
`);
    const answer = JSON.parse((await gaps('--json')).stdout);
    expect(answer).toHaveLength(3);
    expect(answer[2]).toEqual({
      ...{ market: 'replay', ticker: 'ETH', from: at(1).toISOString(), to: at(7).toISOString() },
      ...{ minutes: 6, waiting: true, failure: 'Kraken cannot be reached' },
    });
  });
});

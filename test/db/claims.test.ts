import fc from 'fast-check';
import { sql } from 'kysely';
import { deleteAlert } from '../../src/db/alerts';
import { readForCheck } from '../../src/db/checks';
import { claimCrossed, claimOne } from '../../src/db/claims';
import { lockForPublishing } from '../../src/db/publish-lock';
import { beginTick, storeQuotes } from '../../src/db/publishing';
import { evaluate } from '../../src/domain/alert';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { publishPrices, seedAlert, seedUser } from '../support/seed';

let test: TestDatabase;
let userId: string;
let tick = Date.UTC(2026, 0, 1);
const nextTick = () => {
  tick += 10_000;
  return new Date(tick);
};

beforeAll(async () => {
  test = await createTestDatabase();
  userId = (await seedUser(test.db)).id;
});
afterAll(() => test.drop());
beforeEach(async () => {
  await test.db.deleteFrom('alerts').execute();
});

const deliveriesOf = (alertId: string) =>
  test.db.selectFrom('deliveries').selectAll().where('alert_id', '=', alertId).execute();
const alertRow = (id: string) =>
  test.db.selectFrom('alerts').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

/** The workflow's own check, as the activity makes it. */
async function check(alertId: string): Promise<string | undefined> {
  const alert = await readForCheck(test.db, alertId);
  return await claimOne(test.db, alertId, alert?.lastSeq ?? '0');
}

describe('claimCrossed', () => {
  it('fires beside an alert whose URL is longer than any index takes', async () => {
    const letters = Array.from({ length: 1_900 }, (_, n) =>
      String.fromCodePoint(0x4e00 + ((n * 7_919) % 20_000)),
    );
    const long = await seedAlert(test.db, {
      userId,
      targetPrice: 100,
      webhookUrl: `https://example.com/${letters.join('')}`,
    });
    const other = await seedAlert(test.db, { userId, targetPrice: 101 });
    await publishPrices(test.db, nextTick(), { BTC: 102 });
    for (const id of [long, other]) expect(await alertRow(id)).toMatchObject({ status: 'fired' });
  });

  it('fires strictly beyond the target only, with the price and time of the quote', async () => {
    const above = await seedAlert(test.db, { userId, condition: 'gt', targetPrice: 100 });
    const below = await seedAlert(test.db, { userId, condition: 'lt', targetPrice: 100 });
    expect(await publishPrices(test.db, nextTick(), { BTC: 100 })).toBe(0);
    const at = nextTick();
    expect(await publishPrices(test.db, at, { BTC: 100.5 })).toBe(1);
    expect(await alertRow(above)).toMatchObject({
      status: 'fired',
      triggered_price: '100.5',
      triggered_at: at,
    });
    expect(await alertRow(below)).toMatchObject({ status: 'active', triggered_price: null });
  });

  it('fires an alert that is already true at creation at the next quote, not at the one before', async () => {
    await publishPrices(test.db, nextTick(), { BTC: 200 });
    const id = await seedAlert(test.db, { userId, targetPrice: 100 });
    expect(await check(id)).toBeUndefined();
    await publishPrices(test.db, nextTick(), { BTC: 201 });
    expect(await alertRow(id)).toMatchObject({ status: 'fired', triggered_price: '201' });
  });

  it('writes the body once, as the contract has it', async () => {
    const id = await seedAlert(test.db, {
      userId,
      targetPrice: 70000.5,
      webhookUrl: 'https://example.com/"hook',
    });
    const at = nextTick();
    await publishPrices(test.db, at, { BTC: 70001 });
    const [delivery] = await deliveriesOf(id);
    expect(delivery?.id).toMatch(/^msg_[0-9a-f]{32}$/);
    const body = JSON.parse(delivery?.body ?? '');
    expect(body).toEqual({
      type: 'alert.triggered',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      alert_id: id,
      ticker: 'BTC',
      triggered_price: 70001,
      condition: 'gt',
      target_price: 70000.5,
      triggered_at: at.toISOString(),
      simulated: true,
    });
  });

  it('fires only on quotes of the alert’s own market, and says nothing of simulation on the live one', async () => {
    const id = await seedAlert(test.db, { userId, targetPrice: 100, market: 'live' });
    await publishPrices(test.db, nextTick(), { BTC: 150 }, 'replay');
    expect((await alertRow(id)).status).toBe('active');
    await publishPrices(test.db, nextTick(), { BTC: 150 }, 'live');
    expect((await alertRow(id)).status).toBe('fired');
    const [delivery] = await deliveriesOf(id);
    expect(JSON.parse(delivery?.body ?? '')).not.toHaveProperty('simulated');
  });

  it('publishes a tick once, and none that is older than the last', async () => {
    const at = nextTick();
    await publishPrices(test.db, at, { BTC: 50 });
    const id = await seedAlert(test.db, { userId, targetPrice: 100 });
    expect(await publishPrices(test.db, at, { BTC: 150 })).toBe(0);
    expect(await publishPrices(test.db, new Date(at.getTime() - 5_000), { BTC: 150 })).toBe(0);
    expect((await alertRow(id)).status).toBe('active');
  });

  it('is not silenced by one tick of a clock that was far ahead', async () => {
    await publishPrices(test.db, new Date(Date.now() + 3_600_000), { BTC: 50 });
    const id = await seedAlert(test.db, { userId, targetPrice: 100 });
    expect(await publishPrices(test.db, nextTick(), { BTC: 150 })).toBe(1);
    expect((await alertRow(id)).status).toBe('fired');
  });

  it('stores and tells of a tick with very many tickers', async () => {
    const prices = Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [`TICKER${index}`, index + 1]),
    );
    await publishPrices(test.db, nextTick(), prices);
    const { rows } = await sql<{
      count: string;
    }>`select count(*) from quotes where ticker like 'TICKER%'`.execute(test.db);
    expect(rows[0]?.count).toBe('200');
  });

  it('uses the partial index of waiting alerts', async () => {
    const db = test.db;
    await sql`insert into users (email) select 'many-' || n from generate_series(1, 3000) as n`.execute(db);
    await sql`
      insert into alerts (user_id, market, ticker, condition, target_price, webhook_url, armed_seq, checked_seq, next_check_at)
      select id, 'replay', 'BTC', 'gt', 1000 + random() * 1000, '', 0, 0, now() from users`.execute(db);
    await sql`analyze alerts`.execute(db);
    const { rows } = await sql<Record<string, string>>`
      explain select id from alerts where status = 'active' and rule is null and market = 'replay' and ticker = 'BTC'
        and condition = 'gt' and target_price < 1001 and armed_seq < 100`.execute(db);
    const plan = rows.map((row) => Object.values(row)[0]).join('\n');
    expect(plan).toContain('alerts_waiting');
  });
});

describe('claimOne', () => {
  it('finds the first stored quote beyond the target since the last check', async () => {
    const id = await seedAlert(test.db, { userId, targetPrice: 100 });
    // As if every publisher's claim had missed it: the alert was paused while the quotes came in.
    await test.db.updateTable('alerts').set({ status: 'paused' }).where('id', '=', id).execute();
    for (const price of [99, 105, 110, 90]) await publishPrices(test.db, nextTick(), { BTC: price });
    await test.db.updateTable('alerts').set({ status: 'active' }).where('id', '=', id).execute();
    const deliveryId = await check(id);
    expect(await alertRow(id)).toMatchObject({ status: 'fired', triggered_price: '105' });
    expect((await deliveriesOf(id)).map((delivery) => delivery.id)).toEqual([deliveryId]);
  });

  it('leaves what was checked before alone', async () => {
    const id = await seedAlert(test.db, { userId, targetPrice: 100 });
    await test.db.updateTable('alerts').set({ status: 'paused' }).where('id', '=', id).execute();
    await publishPrices(test.db, nextTick(), { BTC: 105 });
    const { lastSeq } = (await readForCheck(test.db, id)) ?? {};
    await test.db
      .updateTable('alerts')
      .set({ status: 'active', checked_seq: lastSeq ?? '0' })
      .where('id', '=', id)
      .execute();
    expect(await check(id)).toBeUndefined();
  });
});

describe('a firing', () => {
  it('is claimed once, however many publishers, checks and deletions meet', async () => {
    const ids = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        seedAlert(test.db, { userId, targetPrice: 100 + index / 1_000 }),
      ),
    );
    const deleted = ids.filter((_, index) => index % 4 === 0);
    const at = nextTick();
    await Promise.all([
      publishPrices(test.db, at, { BTC: 150 }),
      publishPrices(test.db, at, { BTC: 150 }),
      ...ids.map(check),
      ...deleted.map((id) => deleteAlert(test.db, { id, userId: userId, market: 'replay' })),
      ...ids.map(check),
    ]);
    await Promise.all(ids.map(check));
    for (const id of ids) {
      const rows = await deliveriesOf(id);
      const { status } = await alertRow(id);
      if (status === 'fired') expect(rows).toHaveLength(1);
      else expect(rows.filter((row) => row.status !== 'cancelled')).toEqual([]);
      expect(deleted.includes(id)).toBe(status === 'deleted');
    }
  });

  it('comes for the same alerts at the same prices as a brute-force scan of all quotes says', async () => {
    const price = fc.integer({ min: 90, max: 110 });
    const alert = fc.record({
      condition: fc.constantFrom('gt' as const, 'lt' as const),
      targetPrice: price,
      createdAfter: fc.nat(6),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(price, { minLength: 1, maxLength: 8 }),
        fc.uniqueArray(alert, { maxLength: 12, selector: (a) => `${a.condition}${a.targetPrice}` }),
        async (prices, alerts) => {
          const owner = (await seedUser(test.db)).id;
          const ids = new Map<string, (typeof alerts)[number]>();
          for (let index = 0; index <= prices.length; index += 1) {
            for (const wish of alerts.filter((a) => a.createdAfter === index)) {
              ids.set(await seedAlert(test.db, { userId: owner, ...wish }), wish);
            }
            if (index < prices.length)
              await publishPrices(test.db, nextTick(), { BTC: prices[index] as number });
          }
          for (const [id, wish] of ids) {
            const expected = prices.slice(wish.createdAfter).find((p) => evaluate(wish, p));
            const { triggered_price } = await alertRow(id);
            expect(triggered_price === null ? undefined : Number(triggered_price)).toBe(expected);
            expect(await deliveriesOf(id)).toHaveLength(expected === undefined ? 0 : 1);
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('arming', () => {
  it('waits for a publication under way, so that no quote falls between the two', async () => {
    await publishPrices(test.db, nextTick(), { BTC: 90 });
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const at = nextTick();
    let storing: (() => void) | undefined;
    const stored = new Promise<void>((resolve) => {
      storing = resolve;
    });
    const publishing = test.db.transaction().execute(async (trx) => {
      await lockForPublishing(trx, 'replay');
      await beginTick(trx, 'replay', at);
      const quote = {
        ticker: 'BTC',
        price: 150,
        quotedAtMs: at.getTime(),
        sources: [],
        spread: 0,
        isJump: false,
      };
      await storeQuotes(trx, 'replay', at, [quote]);
      storing?.();
      await held;
      return await claimCrossed(trx, 'replay', at);
    });
    await stored;
    const arming = seedAlert(test.db, { userId, targetPrice: 100 });
    // The insertion is seen to wait for the publisher's lock before the publisher goes on.
    for (;;) {
      const { rows } = await sql<{ waiting: string }>`
        select count(*) as waiting from pg_locks where locktype = 'advisory' and not granted`.execute(
        test.db,
      );
      if (rows[0]?.waiting === '1') break;
    }
    release();
    expect(await publishing).toBe(0);
    const id = await arming;
    const { armed_seq } = await alertRow(id);
    expect(armed_seq).toBe((await readForCheck(test.db, id))?.lastSeq);
  });
});

import { sql } from 'kysely';
import { readForCheck } from '../../src/db/checks';
import { deleteOldQuotes, keepPartitions, partitionedDays } from '../../src/db/partitions';
import { lastSourceSeqs, readSourceQuotes, storeSourceQuotes } from '../../src/db/source-quotes';
import { dayOf } from '../../src/domain/day';
import type { Verdict } from '../../src/domain/quote';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { publishPrices, seedAlert, seedUser } from '../support/seed';

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 10, 21, 12);
const retention = { nowMs: NOW_MS, retentionMs: 7 * DAY_MS };

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());
beforeEach(async () => {
  await sql`truncate source_quotes, archive_state, quotes, ticks`.execute(test.db);
  for (const day of await partitionedDays(test.db)) {
    await sql`drop table ${sql.id(`source_quotes_${day.replaceAll('-', '')}`)}`.execute(test.db);
  }
});

function verdict(quote: Partial<Verdict['quote']>, reason: Verdict['reason'] = null): Verdict {
  const whole = {
    source: 'binance',
    ticker: 'BTC',
    price: 100.5,
    sourceTimeMs: null,
    receivedAtMs: NOW_MS,
  } as const;
  return { quote: { ...whole, ...quote }, reason };
}

const store = (atMs: number, ...verdicts: Verdict[]) =>
  storeSourceQuotes(test.db, 'replay', new Date(atMs), verdicts.length > 0 ? verdicts : [verdict({})]);

const countOf = async (table: string) =>
  Number(
    (await sql<{ n: string }>`select count(*) as n from ${sql.table(table)}`.execute(test.db)).rows[0]?.n,
  );

const archiveHas = (appendedSeq: string) =>
  test.db
    .insertInto('archive_state')
    .values({ market: 'replay', appended_seq: appendedSeq })
    .onConflict((conflict) => conflict.column('market').doUpdateSet({ appended_seq: appendedSeq }))
    .execute();

describe('source quotes', () => {
  it('come back as they were, in the order of the sources', async () => {
    await store(
      NOW_MS,
      verdict({ source: 'okx', price: 1e-7, sourceTimeMs: NOW_MS - 1_234 }, 'deviates'),
      verdict({}),
      verdict({ ticker: 'ETH' }),
    );
    const span = {
      market: 'replay',
      ticker: 'BTC',
      from: new Date(NOW_MS),
      to: new Date(NOW_MS + 1),
    } as const;
    expect(await readSourceQuotes(test.db, span)).toMatchObject([
      { source: 'binance', price: '100.5', source_time: null, accepted: true, reason: null },
      {
        source: 'okx',
        price: '0.0000001',
        source_time: new Date(NOW_MS - 1_234),
        received_at: new Date(NOW_MS),
        tick_at: new Date(NOW_MS),
        accepted: false,
        reason: 'deviates',
      },
    ]);
    expect([...(await lastSourceSeqs(test.db, 'replay')).keys()]).toEqual(['BTC', 'ETH']);
    expect((await lastSourceSeqs(test.db, 'live')).size).toBe(0);
  });

  it('are stored where the day has no partition yet, and are moved into it', async () => {
    await store(NOW_MS);
    await store(NOW_MS - 3 * DAY_MS);
    expect(await countOf('source_quotes_default')).toBe(2);
    const { made } = await keepPartitions(test.db, retention);
    expect(made).toEqual(['2026-11-18', '2026-11-21', '2026-11-22', '2026-11-23']);
    expect(await countOf('source_quotes_default')).toBe(0);
    expect(await countOf('source_quotes_20261118')).toBe(1);
    await store(NOW_MS + DAY_MS);
    expect(await countOf('source_quotes_default')).toBe(0);
    expect(await countOf('source_quotes')).toBe(3);
    expect((await keepPartitions(test.db, retention)).made).toEqual([]);
  });

  it('of a clock that was far ahead stay where they are until their day comes', async () => {
    await store(NOW_MS + 30 * DAY_MS);
    await keepPartitions(test.db, retention);
    expect(await countOf('source_quotes_default')).toBe(1);
    await keepPartitions(test.db, { ...retention, nowMs: NOW_MS + 30 * DAY_MS });
    expect(await countOf('source_quotes_default')).toBe(0);
  });

  it('are dropped by the day once they are older than the retention, and not before', async () => {
    await store(NOW_MS - 8 * DAY_MS);
    await store(NOW_MS - 7 * DAY_MS);
    await archiveHas('1000000');
    expect(await keepPartitions(test.db, retention)).toMatchObject({ dropped: ['2026-11-13'], owed: [] });
    expect(await partitionedDays(test.db)).toContain('2026-11-14');
    expect(await countOf('source_quotes')).toBe(1);
  });

  it('are kept for as long as the archive does not have them', async () => {
    await store(NOW_MS - 9 * DAY_MS);
    expect(await keepPartitions(test.db, retention)).toMatchObject({ dropped: [], owed: ['2026-11-12'] });
    await archiveHas('0');
    expect(await keepPartitions(test.db, retention)).toMatchObject({ dropped: [], owed: ['2026-11-12'] });
    const seqs = await lastSourceSeqs(test.db, 'replay');
    await archiveHas(String(seqs.get('BTC')));
    expect(await keepPartitions(test.db, retention)).toMatchObject({ dropped: ['2026-11-12'], owed: [] });
  });

  it('wait for nobody who reads while their partitions are made, beyond a second', async () => {
    await store(NOW_MS);
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const reading = test.db.transaction().execute(async (trx) => {
      await sql`select count(*) from source_quotes_default`.execute(trx);
      await held;
    });
    await expect(keepPartitions(test.db, retention)).rejects.toThrow('lock timeout');
    release();
    await reading;
    expect(await countOf('source_quotes')).toBe(1);
    await keepPartitions(test.db, retention);
    expect(await partitionedDays(test.db)).toContain(dayOf(NOW_MS));
  });
});

describe('published quotes', () => {
  const publish = (atMs: number, prices: Record<string, number>) =>
    publishPrices(test.db, new Date(atMs), prices);
  const left = async () =>
    (await test.db.selectFrom('quotes').select(['ticker', 'price']).orderBy('seq').execute()).map(
      ({ ticker, price }) => `${ticker} ${price}`,
    );

  it('are deleted once they are older than the retention, but for each ticker’s last', async () => {
    await publish(NOW_MS - 9 * DAY_MS, { BTC: 1, DOGE: 2 });
    await publish(NOW_MS - 8 * DAY_MS, { BTC: 3, DOGE: 4 });
    await publish(NOW_MS - 6 * DAY_MS, { BTC: 5 });
    expect(await deleteOldQuotes(test.db, retention)).toBe(3);
    expect(await left()).toEqual(['DOGE 4', 'BTC 5']);
    expect(await deleteOldQuotes(test.db, retention)).toBe(0);
  });

  it.each([
    ['by age', () => deleteOldQuotes(test.db, retention)],
    ['all of them, by hand', () => test.db.deleteFrom('quotes').execute()],
  ])('that are gone (%s) fire no alert and keep none from firing', async (_how, remove) => {
    const { id: userId } = await seedUser(test.db);
    await publish(NOW_MS - 9 * DAY_MS, { BTC: 200 });
    await publish(NOW_MS - 8 * DAY_MS, { BTC: 200 });
    // Armed by quotes that will be gone, and looked at since.
    const before = await seedAlert(test.db, { userId, targetPrice: 100 });
    await remove();
    const after = await seedAlert(test.db, { userId, targetPrice: 101 });
    for (const id of [before, after]) expect((await readForCheck(test.db, id))?.isCrossed).toBe(false);
    expect(await publish(NOW_MS - 60_000, { BTC: 50 })).toBe(0);
    expect(await publish(NOW_MS, { BTC: 150 })).toBe(2);
    const fired = await test.db
      .selectFrom('alerts')
      .select(['status', 'triggered_price'])
      .where('id', 'in', [before, after])
      .execute();
    expect(fired).toEqual([
      { status: 'fired', triggered_price: '150' },
      { status: 'fired', triggered_price: '150' },
    ]);
  });
});

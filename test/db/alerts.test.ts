import { sql } from 'kysely';
import { deleteAlert, findAlert, insertAlert } from '../../src/db/alerts';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { eventually } from '../support/eventually';
import { publishPrices, seedUser } from '../support/seed';

describe('alerts', () => {
  let database: TestDatabase;
  let userId: string;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    userId = (await seedUser(database.db)).id;
  });

  const wish = (ticker = 'BTC') => ({
    ...{ userId, market: 'replay' as const, ticker, condition: 'gt' as const },
    ...{ targetPrice: '100', webhookUrl: 'https://example.com/hook', maxActive: 1_000 },
  });
  const insert = async (ticker?: string) => {
    const alert = await insertAlert(database.db, wish(ticker));
    if ('refusal' in alert) throw new Error(`It was refused: ${alert.refusal}`);
    return alert.id;
  };
  const armedSeq = async (id: string) =>
    (
      await database.db
        .selectFrom('alerts')
        .select('armed_seq')
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
    ).armed_seq;

  describe('insertAlert(db, alert)', () => {
    it('arms with the last quote of its ticker and market', async () => {
      await publishPrices(database.db, new Date('2026-03-01T12:00:00Z'), { ETH: 1, BTC: 1 });
      await publishPrices(database.db, new Date('2026-03-01T12:00:10Z'), { BTC: 2 });
      await publishPrices(database.db, new Date('2026-03-01T12:00:20Z'), { BTC: 2 }, 'live');
      const last = async (ticker: string) =>
        (
          await database.db
            .selectFrom('quotes')
            .select(({ fn }) => fn.max('seq').as('seq'))
            .where('market', '=', 'replay')
            .where('ticker', '=', ticker)
            .executeTakeFirstOrThrow()
        ).seq;
      expect(await armedSeq(await insert('BTC'))).toBe(await last('BTC'));
      expect(await armedSeq(await insert('ETH'))).toBe(await last('ETH'));
      expect(await armedSeq(await insert('SOL'))).toBe('0');
    });
  });

  describe('deleteAlert(db, alert)', () => {
    it('cancels a delivery whose claim is just being committed', async () => {
      const id = await insert();
      let deleting: Promise<boolean> | undefined;
      await database.db.transaction().execute(async (trx) => {
        await trx.updateTable('alerts').set({ status: 'fired' }).where('id', '=', id).execute();
        await trx
          .insertInto('deliveries')
          .values({
            id: 'msg_race',
            alert_id: id,
            user_id: userId,
            market: 'replay',
            firing_number: 1,
            url: 'x',
            body: '{}',
          })
          .execute();
        deleting = deleteAlert(database.db, { id, userId, market: 'replay' });
        await eventually(async () => {
          const { rows } = await sql`select from pg_locks where not granted`.execute(database.db);
          expect(rows).toHaveLength(1);
        });
      });
      expect(await deleting).toBe(true);
      const { status } = await database.db
        .selectFrom('deliveries')
        .select('status')
        .where('id', '=', 'msg_race')
        .executeTakeFirstOrThrow();
      expect(status).toBe('cancelled');
    });

    it('deletes nothing twice, and nothing of another user or market', async () => {
      const id = await insert();
      const own = { id, userId, market: 'replay' as const };
      const { id: stranger } = await seedUser(database.db);
      expect(await deleteAlert(database.db, { ...own, userId: stranger })).toBe(false);
      expect(await deleteAlert(database.db, { ...own, market: 'live' })).toBe(false);
      expect(await findAlert(database.db, own)).toMatchObject({ id, status: 'active' });
      expect(await deleteAlert(database.db, own)).toBe(true);
      expect(await deleteAlert(database.db, own)).toBe(false);
      expect(await findAlert(database.db, own)).toBeUndefined();
    });
  });
});

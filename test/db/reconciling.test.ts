import { sql } from 'kysely';
import { changeAlert } from '../../src/db/alert-changes';
import { deleteAlert } from '../../src/db/alerts';
import { INTERRUPTED } from '../../src/db/attempts';
import {
  closeLostAttempts,
  endAlertsOfLostKeys,
  forgetGoneAlerts,
  makeDue,
  settleEnded,
  takeGoneAlerts,
  takeOverdueAlerts,
} from '../../src/db/reconciling';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { seedDelivery } from '../support/endpoints';
import { beginNext, publishPrices, seedAlert, seedUser } from '../support/seed';

describe('what the reconciliation finds', () => {
  let database: TestDatabase;
  let userId: string;
  let tick = Date.UTC(2026, 0, 1);

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    await database.db.deleteFrom('alerts').execute();
    await database.db.deleteFrom('alerts_gone').execute();
    userId = (await seedUser(database.db)).id;
  });

  const seed = (targetPrice: number) => seedAlert(database.db, { userId, targetPrice });
  const own = (id: string) => ({ id, userId, market: 'replay' as const });
  const publish = (price: number) => {
    tick += 10_000;
    return publishPrices(database.db, new Date(tick), { BTC: price });
  };
  /** As if a minute had passed. */
  const wait = () =>
    database.db
      .updateTable('alerts')
      .set({ next_check_at: sql<Date>`next_check_at - interval '1 minute'` })
      .execute();
  const nextCheck = async (id: string) =>
    (
      await database.db
        .selectFrom('alerts')
        .select('next_check_at')
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
    ).next_check_at;
  const gone = async () => (await takeGoneAlerts(database.db, 10)).map(({ id }) => id).sort();

  it('is every row that was changed and not looked at since, whatever its status', async () => {
    const [active, paused, deleted, fired] = [
      await seed(1e6),
      await seed(2e6),
      await seed(3e6),
      await seed(10),
    ];
    await changeAlert(database.db, own(paused), { paused: true }, 10);
    await deleteAlert(database.db, own(deleted));
    expect(await publish(100)).toBe(1);
    expect(await nextCheck(fired)).toBeNull();
    expect(await takeOverdueAlerts(database.db, 10)).toEqual([]);
    await wait();
    const taken = await takeOverdueAlerts(database.db, 10);
    expect(new Map(taken.map(({ id, status }) => [id, status]))).toEqual(
      new Map([
        [active, 'active'],
        [paused, 'paused'],
        [deleted, 'deleted'],
      ]),
    );
    // They are leased.
    expect(await takeOverdueAlerts(database.db, 10)).toEqual([]);
    await wait();
    await wait();
    expect(await takeOverdueAlerts(database.db, 2)).toHaveLength(2);
  });

  it('is settled for what has ended, and only for that', async () => {
    const [active, deleted] = [await seed(1e6), await seed(2e6)];
    await deleteAlert(database.db, own(deleted));
    await settleEnded(database.db, [active, deleted]);
    expect(await nextCheck(active)).not.toBeNull();
    expect(await nextCheck(deleted)).toBeNull();
  });

  it('is no deletion of an alert that was done with', async () => {
    const id = await seed(10);
    await publish(100);
    await database.db.updateTable('deliveries').set({ status: 'delivered' }).execute();
    await deleteAlert(database.db, own(id));
    expect(await nextCheck(id)).toBeNull();
  });

  it('is a paused alert, too, whose workflow was ended by force', async () => {
    const id = await seed(10);
    await changeAlert(database.db, own(id), { paused: true }, 10);
    await database.db.updateTable('alerts').set({ next_check_at: null }).execute();
    await makeDue(database.db, { alertIds: [id], deliveryIds: [] });
    expect(await takeOverdueAlerts(database.db, 10)).toMatchObject([{ id, status: 'paused' }]);
  });

  it('is an alert whose row was deleted by hand, unless it was done with', async () => {
    const [active, paused, owing, done, ended] = [
      await seed(1e6),
      await seed(2e6),
      await seed(10),
      await seed(20),
      await seed(3e6),
    ];
    await changeAlert(database.db, own(paused), { paused: true }, 10);
    await database.db.updateTable('alerts').set({ next_check_at: null }).where('id', '=', paused).execute();
    await deleteAlert(database.db, own(ended));
    await settleEnded(database.db, [ended]);
    expect(await publish(100)).toBe(2);
    await database.db
      .updateTable('deliveries')
      .set({ status: 'delivered' })
      .where('alert_id', '=', done)
      .execute();
    // A message of no alert keeps nobody from being deleted, and leaves nothing to look after.
    await seedDelivery(database.db, { userId, url: 'http://127.0.0.1:9/', type: 'webhook.test' });
    await sql`delete from users where id = ${userId}`.execute(database.db);
    expect(await gone()).toEqual([active, paused, owing].sort());
    // They are leased, and forgotten once they are told.
    expect(await gone()).toEqual([]);
    await forgetGoneAlerts(database.db, [active, paused]);
    await database.db
      .updateTable('alerts_gone')
      .set({ look_at: new Date(0) })
      .execute();
    expect(await gone()).toEqual([owing]);
  });

  it.each([
    ['deleted', sql`delete from api_keys`],
    ['revoked', sql`update api_keys set revoked_at = now()`],
  ])('are the alerts of a user whose last key was %s by hand', async (_how, query) => {
    const id = await seed(10);
    await publish(100);
    const statuses = async () => {
      const { rows } = await sql<{ alert: string; delivery: string }>`
        select a.status as alert, d.status as delivery
        from alerts as a join deliveries as d on d.alert_id = a.id where a.id = ${id}`.execute(database.db);
      return rows[0];
    };
    await database.db
      .insertInto('api_keys')
      .values({ user_id: userId, prefix: 'x', hash: Buffer.from(id) })
      .execute();
    await sql`${query} where user_id = ${userId} and prefix = 'x'`.execute(database.db);
    await endAlertsOfLostKeys(database.db, 10);
    expect(await statuses()).toEqual({ alert: 'fired', delivery: 'pending' });
    await sql`${query} where user_id = ${userId}`.execute(database.db);
    await endAlertsOfLostKeys(database.db, 10);
    expect(await statuses()).toEqual({ alert: 'deleted', delivery: 'cancelled' });
    expect(await nextCheck(id)).not.toBeNull();
    expect(await database.db.selectFrom('keys_lost').selectAll().execute()).toEqual([]);
  });

  it('costs what is overdue, not what there is', async () => {
    await sql`
      insert into alerts (user_id, market, ticker, condition, target_price, webhook_url, armed_seq, checked_seq, next_check_at)
      select ${userId}, 'replay', 'BTC', 'gt', n, '', 0, 0, case when n > 2000 then now() + interval '1 hour' end
      from generate_series(1, 4000) as n`.execute(database.db);
    await sql`analyze alerts`.execute(database.db);
    const { rows } = await sql<Record<string, string>>`
      explain select id from alerts where next_check_at < now() - make_interval(secs => 30)
      order by next_check_at limit 500`.execute(database.db);
    expect(rows.map((row) => Object.values(row)[0]).join('\n')).toContain('alerts_overdue');
  });

  it('closes attempts whose sender died, once their delivery is over', async () => {
    await publish(90);
    const id = await seed(100);
    await publish(110);
    const { id: deliveryId } = await database.db
      .selectFrom('deliveries')
      .select('id')
      .executeTakeFirstOrThrow();
    await beginNext(database.db, deliveryId);
    expect(await closeLostAttempts(database.db, 0)).toBe(0);
    await deleteAlert(database.db, own(id));
    expect(await closeLostAttempts(database.db, 60_000)).toBe(0);
    expect(await closeLostAttempts(database.db, 0)).toBe(1);
    expect(await database.db.selectFrom('attempts').select(['outcome', 'error']).execute()).toEqual([
      { outcome: 'unknown', error: INTERRUPTED },
    ]);
  });
});

import { sql } from 'kysely';
import { alertSchema } from '../../src/api/answers/alerts';
import { deleteOldAnswers } from '../../src/db/idempotency';
import { eventually } from '../support/eventually';
import { ALERT, addUser, type TestUser, useApi } from './api';

const CALL = 'POST /api/v1/alerts/';

describe('POST /alerts/ with an Idempotency-Key', () => {
  let allowed = true;
  const checkUrl = async () => {
    if (!allowed) throw Object.assign(new Error('Leads nowhere any longer'), { name: 'WebhookUrlError' });
  };
  const api = useApi({ maxAlertsPerUser: 150 }, { checkUrl });
  let user: TestUser;

  beforeEach(async () => {
    user = await addUser(api().db);
    api().workflows.started.length = 0;
    allowed = true;
  });

  const create = (idempotencyKey: string, body: unknown = ALERT, key = user.key) =>
    api().ask(CALL, { key, body, headers: { 'Idempotency-Key': idempotencyKey } });
  const alertIds = async () =>
    (await api().db.selectFrom('alerts').select('id').where('user_id', '=', user.id).execute()).map(
      ({ id }) => id,
    );
  const storedKeys = async () =>
    (
      await api().db.selectFrom('idempotency_keys').select('key').where('user_id', '=', user.id).execute()
    ).map(({ key }) => key);

  it('answers the same again, and makes one alert with one workflow', async () => {
    const first = await create('a-1');
    expect(first.status).toBe(201);
    expect(alertSchema.parse(first.json)).toEqual(first.json);
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    // Another order and spelling of the same.
    const { ticker, webhook_url, ...rest } = ALERT;
    for (const body of [
      ALERT,
      { webhook_url, ticker: ticker.toLowerCase(), ...rest, target_price: '65420.150' },
    ]) {
      const again = await create('a-1', body);
      expect([again.status, again.text]).toEqual([201, first.text]);
      expect(again.headers.get('idempotency-replayed')).toBe('true');
      expect(again.headers.get('content-type')).toBe(first.headers.get('content-type'));
    }
    expect(await alertIds()).toEqual([first.json.id]);
    expect(api().workflows.started).toEqual([first.json.id]);
  });

  it('answers the same again when the alert is gone and the URL no longer allowed', async () => {
    const first = await create('a-1');
    await api().ask(`DELETE /api/v1/alerts/${first.json.id}`, { key: user.key });
    allowed = false;
    expect((await create('a-1')).text).toBe(first.text);
    expect((await create('a-2')).status).toBe(422);
    expect(await alertIds()).toHaveLength(1);
  });

  it.each([
    { target_price: 65_420.16 },
    { condition: 'lt' },
    { ticker: 'ETH' },
    { webhook_url: 'https://example.com/other' },
  ])('answers 422 to the same key with %j', async (change) => {
    await create('a-1');
    const { status, json } = await create('a-1', { ...ALERT, ...change });
    expect(status).toBe(422);
    expect(json.errors).toEqual([
      { path: 'Idempotency-Key', message: expect.stringContaining('used for another request') },
    ]);
    expect(await alertIds()).toHaveLength(1);
  });

  it.each(['', 'with space', 'x'.repeat(256), 'schlüssel', 'tab\tinside'])(
    'answers 422 to the key %j',
    async (key) => {
      const { status, json } = await create(key);
      expect([status, json.errors?.[0]?.path]).toEqual([422, 'Idempotency-Key']);
      expect(await alertIds()).toEqual([]);
    },
  );

  it('takes any 255 visible characters, and each user has keys of their own', async () => {
    const key = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'.padEnd(255, 'x');
    const first = await create(key);
    expect(first.status).toBe(201);
    const other = await addUser(api().db);
    const theirs = await create(key, ALERT, other.key);
    expect(theirs.status).toBe(201);
    expect(theirs.json.id).not.toBe(first.json.id);
  });

  it('20 requests with one key at once make one alert', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => create('at-once')));
    const made = answers.filter(({ status }) => status === 201);
    const waiting = answers.filter(({ status }) => status === 409);
    expect(made.length).toBeGreaterThanOrEqual(1);
    expect(made.length + waiting.length).toBe(20);
    expect(new Set(made.map(({ text }) => text)).size).toBe(1);
    expect(made.filter(({ headers }) => headers.get('idempotency-replayed') === null)).toHaveLength(1);
    for (const { json } of waiting) expect(json.detail).toContain('still in progress');
    expect(await alertIds()).toEqual([made[0]?.json.id]);
    expect(api().workflows.started).toEqual([made[0]?.json.id]);
  });

  it('answers 409 while the first is in progress, and the same once it is through', async () => {
    let first: ReturnType<typeof create> | undefined;
    // The first one waits for a publication that is under way.
    await api()
      .db.transaction()
      .execute(async (trx) => {
        await sql`select pg_advisory_xact_lock(hashtext('pricehook:publish'), hashtext('replay'))`.execute(
          trx,
        );
        first = create('a-1');
        await eventually(async () => {
          const { rows } = await sql`
            select from pg_locks as l join pg_database as d on d.oid = l.database
            where d.datname = current_database() and l.locktype = 'advisory' and not l.granted`.execute(trx);
          expect(rows).toHaveLength(1);
        }, 4_000);
        const { status, json } = await create('a-1', { ...ALERT, target_price: 1 });
        expect([status, json.detail]).toEqual([409, expect.stringContaining('still in progress')]);
      });
    expect((await first)?.status).toBe(201);
    expect((await create('a-1')).text).toBe((await first)?.text);
    expect(await alertIds()).toHaveLength(1);
  });

  it('keeps no refusal: the key is free for what comes after', async () => {
    const { json: blocking } = await create('a-1');
    expect((await create('a-2')).status).toBe(409);
    expect((await create('a-3', { ...ALERT, target_price: -1 })).status).toBe(422);
    expect(await storedKeys()).toEqual(['a-1']);
    await api().ask(`DELETE /api/v1/alerts/${blocking.id}`, { key: user.key });
    expect((await create('a-2')).status).toBe(201);
    expect((await create('a-3')).status).toBe(409);
  });

  it('keeps neither alert nor key where they can not be committed together', async () => {
    await sql`
      create function refuse_key() returns trigger language plpgsql as $$
      begin raise exception 'no room'; end $$`.execute(api().db);
    await sql`
      create trigger refuse_key before insert on idempotency_keys
      for each row execute function refuse_key()`.execute(api().db);
    try {
      expect((await create('a-1')).status).toBe(500);
    } finally {
      await sql`drop function refuse_key cascade`.execute(api().db);
    }
    expect([await alertIds(), await storedKeys(), api().workflows.started]).toEqual([[], [], []]);
    expect((await create('a-1')).status).toBe(201);
  });

  it('gives the last places once, to requests that come at once', async () => {
    await sql`
      insert into alerts (user_id, market, ticker, condition, target_price, webhook_url, armed_seq, checked_seq, next_check_at)
      select ${user.id}, 'replay', 'BTC', 'gt', n, 'https://example.com/', 0, 0, null
      from generate_series(1, 147) as n`.execute(api().db);
    const answers = await Promise.all(
      Array.from({ length: 9 }, (_, n) => create(`last-${n}`, { ...ALERT, target_price: 1_000 + n })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, ...Array(6).fill(409)]);
    expect(await storedKeys()).toHaveLength(3);
  });

  it('forgets a key after 24 hours, and not before', async () => {
    const first = await create('a-1');
    const age = (hours: number) =>
      sql`
        update idempotency_keys set created_at = now() - make_interval(mins => ${hours * 60}::int)
        where user_id = ${user.id}`.execute(api().db);
    await age(23.9);
    expect(await deleteOldAnswers(api().db)).toBe(0);
    expect((await create('a-1')).text).toBe(first.text);
    await age(24.1);
    const other = { ...ALERT, target_price: 5 };
    const second = await create('a-1', other);
    expect([second.status, second.headers.get('idempotency-replayed')]).toEqual([201, null]);
    expect((await create('a-1', other)).text).toBe(second.text);
    await age(24.1);
    expect(await deleteOldAnswers(api().db)).toBe(1);
    expect(await storedKeys()).toEqual([]);
  });

  it('of a user who leaves meanwhile makes no alert', async () => {
    const answers = await Promise.all([
      create('a-1'),
      api().ask('DELETE /api/v1/users/me', { key: user.key }),
      create('a-2', { ...ALERT, target_price: 2 }),
    ]);
    for (const { status } of answers) expect([201, 204, 401]).toContain(status);
    const left = await api()
      .db.selectFrom('alerts')
      .select('id')
      .where('user_id', '=', user.id)
      .where('status', '<>', 'deleted')
      .execute();
    expect(left).toEqual([]);
  });
});

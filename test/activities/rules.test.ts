import { MockActivityEnvironment } from '@temporalio/testing';
import { sql } from 'kysely';
import { createRandom } from '../../bench/random';
import { createRuleClaims, type RuleClaims } from '../../src/activities/rules';
import { beginTick, storeQuotes } from '../../src/db/publishing';
import { recordSeen } from '../../src/db/series';
import { insertOwed, type OwedMessage } from '../../src/db/watches';
import { METRIC_NAMES, type Metric } from '../../src/domain/metrics';
import { isCrossing, RULE_CONDITIONS, type Rule } from '../../src/domain/rule';
import { armed, LONGEST_BREAK_MS, step } from '../../src/domain/rule-watch';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { ABOVE_100, type RuleWishes, seedRule } from '../support/rules';
import { seedUser } from '../support/seed';

const MINUTE_MS = 60_000;
const BEGIN_MS = Date.parse('2026-03-02T00:00:00Z');
const TICK_MS = 20_000;

let database: TestDatabase;
let userId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  ({ id: userId } = await seedUser(database.db));
});
afterAll(() => database.drop());
beforeEach(async () => {
  for (const table of ['alerts', 'series', 'quotes', 'candles', 'ticks'] as const)
    await database.db.deleteFrom(table).execute();
});

interface Tick {
  atMs: number;
  prices: Record<string, number>;
  spread: number;
}

async function publish(claims: RuleClaims, { atMs, prices, spread }: Tick): Promise<number> {
  return await database.db.transaction().execute(async (trx) => {
    const tickAt = new Date(atMs);
    if (!(await beginTick(trx, 'replay', tickAt))) throw new Error('A tick came twice');
    const quotes = Object.entries(prices).map(([ticker, price]) => ({
      ...{ ticker, price, quotedAtMs: atMs, spread, isJump: false },
      sources: ['binance' as const, 'okx' as const],
    }));
    await storeQuotes(trx, 'replay', tickAt, quotes);
    return await claims.claim(trx, quotes);
  });
}

const create = (ticker: string, rule: Rule, wish: RuleWishes = {}) =>
  seedRule(database.db, userId, rule, { ...wish, ticker, events: rule.tellsEnd ? ['recovered'] : [] });

const messagesOf = async (id: string) =>
  (
    await database.db
      .selectFrom('deliveries')
      .select(['body', 'url', 'type'])
      .where('alert_id', '=', id)
      .orderBy('created_at')
      .orderBy('firing_number')
      .execute()
  ).map(({ body, ...rest }) => ({ ...rest, data: JSON.parse(body) as Record<string, unknown> }));

const rowOf = (id: string) =>
  database.db.selectFrom('alerts').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

/** One ticker's prices, a tick each. */
const ticksOf = (prices: number[], everyMs = TICK_MS): Tick[] =>
  prices.map((price, index) => ({ atMs: BEGIN_MS + index * everyMs, prices: { BTC: price }, spread: 0 }));

/** When an alert fired, in ticks from the first one. */
const firingsOf = async (id: string, everyMs = TICK_MS) =>
  (await messagesOf(id))
    .filter(({ type }) => type === 'alert.triggered')
    .map(({ data }) => (Date.parse(data.triggered_at as string) - BEGIN_MS) / everyMs);

async function run(ticks: Tick[], claims = createRuleClaims('replay')): Promise<void> {
  for (const tick of ticks) await publish(claims, tick);
}

describe('a tick', () => {
  it('fires once what holds, writes its message to each URL and ends its watch', async () => {
    const urls = ['http://127.0.0.1:9/a', 'http://127.0.0.1:9/b'];
    const id = await create('BTC', ABOVE_100, { urls });
    await run(ticksOf([99, 101, 102, 99, 103]));
    expect(await rowOf(id)).toMatchObject({ status: 'fired', firing_number: 1, triggered_price: '101' });
    const messages = await messagesOf(id);
    expect(messages.map(({ url }) => url).sort()).toEqual(urls);
    expect(messages[0]?.data).toMatchObject({
      ...{ type: 'alert.triggered', alert_id: id, metric: 'price', threshold: 100, value: 101 },
      ...{ triggered_price: 101, firing_number: 1, simulated: true },
    });
    expect(await database.db.selectFrom('watches').select('alert_id').execute()).toEqual([]);
  });

  it('fires a crossing only after it was on the other side', async () => {
    const id = await create('BTC', { ...ABOVE_100, condition: 'crosses_above' });
    await run(ticksOf([101, 105, 100, 100, 100.5]));
    expect(await firingsOf(id)).toEqual([4]);
  });

  it('fires again after its cooldown, and with rearm only after it was back so far', async () => {
    const repeat = { everyMs: 2 * TICK_MS, maxFirings: null, rearm: null, rebase: false };
    const level = await create('BTC', { ...ABOVE_100, repeat });
    const back = await create('BTC', { ...ABOVE_100, repeat: { ...repeat, rearm: 5 } });
    await run(ticksOf([99, 101, 101, 101, 99, 101, 101, 94, 101, 101]));
    expect(await firingsOf(level)).toEqual([1, 3, 5, 8]);
    expect(await firingsOf(back)).toEqual([1, 8]);
    expect(await rowOf(back)).toMatchObject({ status: 'active', firing_number: 2 });
  });

  it('ends after as many firings as were wished, and tells when the condition has ended', async () => {
    const repeat = { everyMs: TICK_MS, maxFirings: 2, rearm: 0, rebase: false };
    const id = await create('BTC', { ...ABOVE_100, repeat, tellsEnd: true });
    await run(ticksOf([101, 99, 102, 103, 98, 105]));
    expect(await firingsOf(id)).toEqual([0, 2]);
    expect(await rowOf(id)).toMatchObject({ status: 'fired', firing_number: 2 });
    const ends = (await messagesOf(id)).filter(({ type }) => type === 'alert.recovered');
    expect(ends.map(({ data }) => [data.firing_number, data.price])).toEqual([
      [1, 99],
      [2, 98],
    ]);
  });

  it('tells nothing of an end after its expiry, and looks no more', async () => {
    const expiresAt = new Date(BEGIN_MS + TICK_MS);
    const id = await seedRule(
      database.db,
      userId,
      { ...ABOVE_100, tellsEnd: true },
      { expiresAt, events: ['recovered'] },
    );
    const [first, ...later] = ticksOf([101, 102, 99]) as [Tick, ...Tick[]];
    await run([first]);
    expect(await rowOf(id)).toMatchObject({ status: 'fired' });
    expect(await database.db.selectFrom('watches').select('alert_id').execute()).toEqual([{ alert_id: id }]);
    await run(later);
    expect((await messagesOf(id)).map(({ type }) => type)).toEqual(['alert.triggered']);
    expect(await database.db.selectFrom('watches').select('alert_id').execute()).toEqual([]);
  });

  it('waits for as long as the condition must hold, and begins anew after a break', async () => {
    const id = await create('BTC', { ...ABOVE_100, forMs: 3 * TICK_MS });
    const [first, second, ...later] = ticksOf([101, 101, 101, 101, 101, 101, 101, 101, 101, 101]) as [
      Tick,
      Tick,
      ...Tick[],
    ];
    // Nothing is seen for longer than is taken for granted.
    const after = later.map((tick) => ({ ...tick, atMs: tick.atMs + LONGEST_BREAK_MS }));
    await run([first, second, ...after]);
    const [message] = await messagesOf(id);
    const [begin] = after as [Tick, ...Tick[]];
    expect(message?.data.triggered_at).toBe(new Date(begin.atMs + 3 * TICK_MS).toISOString());
  });

  it('counts a change anew from the price at which it fired', async () => {
    const repeat = { everyMs: TICK_MS, maxFirings: null, rearm: null, rebase: true };
    const id = await create('BTC', { ...ABOVE_100, metric: 'change_5m', bounds: [5], repeat });
    const prices = [100, 100, 100, 100, 100, 106, 107, 111, 112, 118];
    await run(ticksOf(prices, MINUTE_MS));
    // 106 is 6 % above 100; 112 is 5.66 % above 106, and 118 5.36 % above 112.
    expect(await firingsOf(id, MINUTE_MS)).toEqual([5, 8, 9]);
  });

  it('fires nothing after its expiry, before the end of its snooze, or outside of its hours', async () => {
    const at = (tick: number) => new Date(BEGIN_MS + tick * TICK_MS);
    const expired = await create('BTC', { ...ABOVE_100, bounds: [101.5] }, { expiresAt: at(2) });
    const snoozed = await create('BTC', ABOVE_100, { snoozedUntil: at(3) });
    const hours = { fromMinute: 1, toMinute: 2, days: ['mon' as const], timeZone: 'UTC' };
    const timed = await create('BTC', { ...ABOVE_100, activeHours: hours });
    await run(ticksOf([101, 101, 102, 102, 102]));
    expect(await firingsOf(expired)).toEqual([]);
    expect(await firingsOf(snoozed)).toEqual([3]);
    expect(await firingsOf(timed)).toEqual([3]);
  });
});

describe('an alert that is absurd', () => {
  it('does not stop the tick of the others: it may wait for hours of a year that dates do not have', async () => {
    const hours = { fromMinute: 540, toMinute: 600, days: ['sun' as const], timeZone: 'Europe/Berlin' };
    const snoozedUntil = new Date('9999-12-31T23:59:59Z');
    const absurd = await create('BTC', { ...ABOVE_100, activeHours: hours }, { snoozedUntil });
    const later = await create('BTC', ABOVE_100, { snoozedUntil: new Date('9999-12-31T23:59:59-23:59') });
    const usual = await create('BTC', { ...ABOVE_100, bounds: [101.5] });
    await run(ticksOf([101, 102, 103]));
    expect(await firingsOf(usual)).toEqual([1]);
    expect([await firingsOf(absurd), await firingsOf(later)]).toEqual([[], []]);
  });

  it('is passed over where nothing can be made of it', async () => {
    const hours = { fromMinute: 0, toMinute: 1, days: [], timeZone: 'No/Where' };
    const broken = await create('BTC', { ...ABOVE_100, activeHours: hours });
    const usual = await create('BTC', ABOVE_100);
    await new MockActivityEnvironment().run(() => run(ticksOf([101])));
    expect([await firingsOf(broken), await firingsOf(usual)]).toEqual([[], [0]]);
  });
});

describe('alerts of one user that fire again and again', () => {
  it('share 500 messages in a tick, in turn; first firings and other users are not held up', async () => {
    const repeat = { everyMs: TICK_MS, maxFirings: null, rearm: null, rebase: false };
    const urls = [1, 2, 3, 4, 5].map((n) => `http://127.0.0.1:9/${n}`);
    for (let n = 0; n < 150; n += 1) await create('BTC', { ...ABOVE_100, repeat }, { urls });
    const [first, ...later] = ticksOf([101, 101, 101, 101]) as [Tick, ...Tick[]];
    const counts = async () => {
      const { rows } = await sql<{ count: number }>`
        select count(*)::int as count from deliveries where user_id = ${userId} group by alert_id order by 1`.execute(
        database.db,
      );
      return [rows.length, rows[0]?.count, rows.at(-1)?.count];
    };
    const claims = createRuleClaims('replay');
    expect(await publish(claims, first)).toBe(150);
    expect(await counts()).toEqual([150, 5, 5]);
    const other = await seedUser(database.db);
    const others = await seedRule(database.db, other.id, { ...ABOVE_100, repeat });
    expect(await publish(claims, later[0] as Tick)).toBe(101);
    expect(await publish(claims, later[1] as Tick)).toBe(101);
    expect(await firingsOf(others)).toEqual([1, 2]);
    // The 50 that had to wait came first.
    expect(await counts()).toEqual([150, 10, 15]);
  });
});

describe('insertOwed', () => {
  it('writes all messages, however much they come to', async () => {
    const alertId = await create('BTC', ABOVE_100);
    const messages = Array.from({ length: 50 }, (_, number): OwedMessage => {
      const body = `${number}${'"'.repeat(200_000)}`;
      const to = { url: 'http://127.0.0.1:9/a', body, contentType: null, occasion: 0, byAlert: false };
      return { alertId, userId, type: 'alert.triggered', firingNumber: number + 1, ...to };
    });
    await database.db.transaction().execute((trx) => insertOwed(trx, 'replay', messages));
    const rows = await database.db
      .selectFrom('deliveries')
      .select('body')
      .where('alert_id', '=', alertId)
      .orderBy('firing_number')
      .execute();
    expect(rows.map(({ body }) => body)).toEqual(messages.map(({ body }) => body));
  });
});

/** A metric computed by its formula from all minutes and this tick's prices, as docs/statistics.md has it. */
function naive(
  metric: Metric,
  before: Map<number, { close: number; high: number }>,
  tick: Tick,
): number | null {
  const price = tick.prices.BTC as number;
  const minute = Math.floor(tick.atMs / MINUTE_MS);
  const closes = (length: number) => {
    const values: number[] = [];
    for (let m = minute - length + 1; m < minute; m += 1) {
      const candle = before.get(m);
      if (candle) values.push(candle.close);
    }
    return [...values, price];
  };
  if (metric === 'price') return price;
  if (metric === 'ratio') return tick.prices.ETH === undefined ? null : price / tick.prices.ETH;
  if (metric === 'spread') return tick.spread * 100;
  const change = { change_5m: 5, change_15m: 15, change_1h: 60, change_4h: 240 }[metric as 'change_5m'];
  if (change !== undefined) {
    const earlier = before.get(minute - change);
    return earlier === undefined ? null : ((price - earlier.close) / earlier.close) * 100;
  }
  if (metric === 'zscore_1h') {
    const window = closes(60);
    if (window.length < 30) return null;
    const mean = window.reduce((sum, value) => sum + value, 0) / window.length;
    const square = window.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const deviation = Math.sqrt(square / (window.length - 1));
    return deviation === 0 ? null : (price - mean) / deviation;
  }
  return null;
}

describe('random alerts of every kind', () => {
  it('fire as a look at every tick has them fire, through gaps and restarts', async () => {
    const random = createRandom(20261122);
    const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
    const kinds = METRIC_NAMES.filter((metric) => !/24h|7d|4h/.test(metric));
    const scale: Partial<Record<Metric, [number, number]>> = {
      price: [98, 102],
      ratio: [9.8, 10.2],
      spread: [0, 1],
      zscore_1h: [-3, 3],
    };
    const wishes = kinds.flatMap((metric) =>
      RULE_CONDITIONS.flatMap((condition) =>
        Array.from({ length: 4 }, (): Rule => {
          const [from, to] = scale[metric] ?? [-2, 2];
          const low = from + random() * (to - from);
          const rule: Rule = {
            ...{ metric, condition, bounds: [low], forMs: pick([0, 0, MINUTE_MS, 3 * MINUTE_MS]) },
            ...{ activeHours: null, tellsEnd: pick([true, false]) },
            repeat: pick([
              null,
              {
                everyMs: pick([TICK_MS, 10 * MINUTE_MS]),
                maxFirings: pick([null, 3]),
                rearm: pick([null, 0, (to - from) / 10]),
                rebase: metric.startsWith('change') && pick([true, false]),
              },
            ]),
          };
          const isRange = condition === 'enters' || condition === 'leaves';
          return isRange ? { ...rule, bounds: [low, low + ((to - from) / 4) * random()] } : rule;
        }),
      ),
    );
    const alerts = await Promise.all(
      wishes.map(async (rule) => ({
        rule,
        id: await create(rule.metric === 'ratio' ? 'BTC/ETH' : 'BTC', rule),
        ...{ state: armed(rule, null), expected: [] as string[] },
      })),
    );
    const minutes = new Map<number, { close: number; high: number }>();
    const unbroken = new Map<Metric, { sinceMs: number; atMs: number }>();
    let claims = createRuleClaims('replay');
    let [btc, eth] = [100, 10];
    let atMs = BEGIN_MS;
    for (let n = 0; n < 700; n += 1) {
      btc = Math.round(btc * (1 + (random() - 0.5) * 0.006) * 100) / 100;
      eth = Math.round(eth * (1 + (random() - 0.5) * 0.004) * 1000) / 1000;
      atMs += random() < 0.01 ? 5 * MINUTE_MS : TICK_MS;
      const prices: Tick['prices'] = random() < 0.05 ? { BTC: btc } : { BTC: btc, ETH: eth };
      const tick = { atMs, prices, spread: Math.round(random() * 1e4) / 1e6 };
      // A worker that has just started knows nothing but what is stored.
      if (random() < 0.05) claims = createRuleClaims('replay');
      await publish(claims, tick);
      for (const metric of kinds) {
        if (naive(metric, minutes, tick) === null) continue;
        const known = unbroken.get(metric) ?? { sinceMs: atMs, atMs };
        const sinceMs = atMs - known.atMs > LONGEST_BREAK_MS ? atMs : known.sinceMs;
        unbroken.set(metric, { sinceMs, atMs });
      }
      for (const alert of alerts) {
        // A change that counts from a price of its own needs no other.
        const { base } = alert.state;
        const byPrice = base !== null && atMs < base.untilMs;
        const value = byPrice ? btc : naive(alert.rule.metric, minutes, tick);
        if (value === null) continue;
        const series = base === null ? alert.rule.metric : 'price';
        const point = { value, price: btc };
        const seen = {
          ...{ atMs, low: point, high: point, close: point },
          unbrokenSinceMs: unbroken.get(series)?.sinceMs ?? atMs,
        };
        const { state, events } = step(alert.rule, alert.state, seen);
        alert.state = state;
        for (const event of events)
          if (event.type === 'fired' || alert.rule.tellsEnd)
            alert.expected.push(`${event.type} ${event.number} at ${atMs} with ${event.price}`);
      }
      const minute = Math.floor(atMs / MINUTE_MS);
      const high = Math.max(minutes.get(minute)?.high ?? 0, btc);
      minutes.set(minute, { close: btc, high });
    }
    let firings = 0;
    for (const { id, rule, expected } of alerts) {
      const messages = (await messagesOf(id)).map(({ type, data }) =>
        type === 'alert.triggered'
          ? `fired ${data.firing_number} at ${Date.parse(data.triggered_at as string)} with ${data.triggered_price}`
          : `ended ${data.firing_number} at ${Date.parse(data.ended_at as string)} with ${data.price}`,
      );
      expect({ rule, messages: messages.sort() }).toEqual({ rule, messages: [...expected].sort() });
      firings += messages.length;
      if (isCrossing(rule) && rule.repeat === null) expect(messages.length).toBeLessThanOrEqual(2);
    }
    expect(firings).toBeGreaterThan(500);
  });
});

describe('recordSeen', () => {
  it('knows since when a series was seen without a long break', async () => {
    const seen = (atMs: number) =>
      recordSeen(database.db, 'replay', [{ ticker: 'BTC', metric: 'price', value: 1, atMs }]);
    const since = async (atMs: number) => (await seen(atMs)).get('BTC price');
    expect(await since(BEGIN_MS)).toBe(BEGIN_MS);
    expect(await since(BEGIN_MS + LONGEST_BREAK_MS)).toBe(BEGIN_MS);
    expect(await since(BEGIN_MS + 2 * LONGEST_BREAK_MS + 1)).toBe(BEGIN_MS + 2 * LONGEST_BREAK_MS + 1);
  });
});

import { MockActivityEnvironment } from '@temporalio/testing';
import { createStatisticsActivities, type StatisticsActivities } from '../../src/activities/statistics';
import { refreshAnomalies, refreshStatistics } from '../../src/analysis';
import { readConfig } from '../../src/config';
import { findAnomalies } from '../../src/db/anomalies';
import { HOUR_MS } from '../../src/domain/statistics-hour';
import { seedCandles } from '../support/candles';
import { createTestDatabase, type TestDatabase } from '../support/database';

const { statistics, anomalies: settings } = readConfig({}, false);
const FROM = '2021-05-12T08:00Z';
const TO = '2021-05-13T04:00Z';
const hours = Array.from(
  { length: (Date.parse(TO) - Date.parse(FROM)) / HOUR_MS },
  (_, n) => Date.parse(FROM) + n * HOUR_MS,
);

let database: TestDatabase;
let activities: StatisticsActivities;
beforeEach(async () => {
  database = await createTestDatabase();
  const { db } = database;
  const deps = { db, market: 'replay' as const, windows: statistics.windows, anomalies: settings };
  activities = createStatisticsActivities({ ...deps, tickers: ['BTC', 'SOL', 'ETH'] });
  for (const ticker of ['BTC', 'SOL']) await seedCandles(db, { ticker, from: FROM, to: TO });
});
afterEach(() => database.drop());

const inActivity = <T>(work: () => Promise<T>): Promise<T> =>
  new MockActivityEnvironment().run<[], T, () => Promise<T>>(work);
const detect = (hourMs: number) => inActivity(() => activities.detectAnomalies({ hourMs }));
const compute = (hourMs: number) => inActivity(() => activities.computeStatistics({ hourMs }));

async function stored() {
  const { db } = database;
  const anomalies = await db
    .selectFrom('anomalies')
    .selectAll()
    .orderBy('ticker')
    .orderBy('started_at')
    .execute();
  const states = await db
    .selectFrom('anomaly_states')
    .selectAll()
    .orderBy('ticker')
    .orderBy('hour')
    .execute();
  return { anomalies, states };
}
const withoutIds = ({ anomalies }: Awaited<ReturnType<typeof stored>>) =>
  anomalies.map(({ id, first_started_at, ...anomaly }) => anomaly);

describe('computeStatistics', () => {
  it('stores the minutes and the hour of every ticker, the same when it is run again', async () => {
    const hourMs = Date.parse('2021-05-13T00:00Z');
    expect(await compute(hourMs)).toEqual({ minutes: { BTC: 60, SOL: 60, ETH: 0 } });
    const { db } = database;
    const versions = async () => [
      await db
        .selectFrom('statistics_minute')
        .selectAll()
        .orderBy('minute')
        .select('xmin' as never)
        .execute(),
      await db
        .selectFrom('statistics_hour')
        .selectAll()
        .select('xmin' as never)
        .execute(),
    ];
    const first = await versions();
    expect(first.map((rows) => rows.length)).toEqual([240, 2]);
    const minute = await db
      .selectFrom('statistics_minute')
      .selectAll()
      .where('ticker', '=', 'BTC')
      .where('window_minutes', '=', 60)
      .where('minute', '=', new Date('2021-05-13T00:03Z'))
      .executeTakeFirstOrThrow();
    expect(minute).toMatchObject({ points: 60, returns: 60 });
    expect(minute.change).toBeCloseTo(-11.07, 2);
    await compute(hourMs);
    expect(await versions()).toEqual(first);
  });

  it('computes an hour by itself to the same bits as the whole span', async () => {
    const hourMs = Date.parse('2021-05-12T23:00Z');
    await compute(hourMs);
    const rows = () =>
      database.db
        .selectFrom('statistics_minute')
        .selectAll()
        .where('minute', '>=', new Date(hourMs))
        .where('minute', '<', new Date(hourMs + HOUR_MS))
        .orderBy('ticker')
        .orderBy('window_minutes')
        .orderBy('minute')
        .execute();
    const alone = await rows();
    await database.db.deleteFrom('statistics_minute').execute();
    for (const ticker of ['BTC', 'SOL']) {
      const span = { market: 'replay' as const, ticker, fromMs: Date.parse(FROM), toMs: Date.parse(TO) };
      expect(await refreshStatistics(database.db, span, statistics.windows)).toEqual({
        minutes: hours.length * 60,
        hours: hours.length,
      });
    }
    expect(await rows()).toEqual(alone);
  });

  it('refuses what is not the beginning of an hour', async () => {
    await expect(compute((hours[0] as number) + 1)).rejects.toThrow('is not the beginning of an hour');
  });
});

describe('detectAnomalies', () => {
  const whole = async () => {
    for (const ticker of ['BTC', 'SOL', 'ETH']) {
      const span = { market: 'replay' as const, ticker, fromMs: Date.parse(FROM), toMs: Date.parse(TO) };
      await refreshAnomalies(database.db, span, settings, Date.now());
    }
  };
  const forget = async () => {
    await database.db.deleteFrom('anomalies').execute();
    await database.db.deleteFrom('anomaly_states').execute();
  };

  it('finds hour by hour what the whole span does, and answers what started and ended', async () => {
    await whole();
    const expected = await stored();
    expect(expected.anomalies.length).toBeGreaterThan(8);
    await forget();
    const started: string[] = [];
    const ended: string[] = [];
    for (const hour of hours) {
      const first = await detect(hour);
      expect(await detect(hour)).toEqual(first);
      started.push(...first.started);
      ended.push(...first.ended);
    }
    const found = await stored();
    expect(withoutIds(found)).toEqual(withoutIds(expected));
    expect(found.states).toEqual(expected.states);
    expect(started.sort()).toEqual(found.anomalies.map(({ id }) => id).sort());
    expect(ended.sort()).toEqual(
      found.anomalies.flatMap(({ id, ended_at }) => (ended_at ? [id] : [])).sort(),
    );
  });

  it('tells of the fall of 2021-05-13 00:03', async () => {
    await detect(Date.parse('2021-05-12T23:00Z'));
    const { started, ended } = await detect(Date.parse('2021-05-13T00:00Z'));
    const rows = await findAnomalies(database.db, [...started, ...ended]);
    const fall = rows.find(({ ticker, rule }) => ticker === 'BTC' && rule === 'change_1h');
    expect(fall?.started_at.toISOString()).toBe('2021-05-12T23:56:00.000Z');
    expect(fall?.peak).toBeCloseTo(-11.07, 2);
    expect(fall?.peak_at.toISOString()).toBe('2021-05-13T00:03:00.000Z');
    expect(ended).toContain(fall?.id);
  });

  it('catches up with hours that were left out', async () => {
    await whole();
    const expected = await stored();
    await forget();
    await detect(hours[0] as number);
    await detect(hours.at(-1) as number);
    expect(withoutIds(await stored())).toEqual(withoutIds(expected));
  });

  it('changes nothing when an old hour is looked at again, though what began in it ended later', async () => {
    await whole();
    const before = await stored();
    for (const hour of [...hours].reverse()) await detect(hour);
    expect(await stored()).toEqual(before);
  });

  it('looks at later hours again when an old one has changed', async () => {
    const { db } = database;
    const [from, to] = [new Date('2021-05-12T22:00Z'), new Date('2021-05-12T23:00Z')];
    await whole();
    const expected = await stored();
    const taken = await db
      .deleteFrom('candles')
      .where('minute', '>=', from)
      .where('minute', '<', to)
      .returningAll()
      .execute();
    await forget();
    await whole();
    expect(withoutIds(await stored())).not.toEqual(withoutIds(expected));
    await db.insertInto('candles').values(taken).execute();
    await detect(from.getTime());
    await detect(to.getTime());
    expect(withoutIds(await stored())).toEqual(withoutIds(expected));
  });

  it('leaves no state behind of an hour that is not over', async () => {
    const span = { market: 'replay' as const, ticker: 'BTC', fromMs: Date.parse(FROM), toMs: Date.parse(TO) };
    await refreshAnomalies(database.db, span, settings, Date.parse('2021-05-12T23:58Z'));
    const hoursOf = (await stored()).states.map(({ hour }) => hour.getTime());
    expect(Math.max(...hoursOf)).toBe(Date.parse('2021-05-12T22:00Z'));
  });
});

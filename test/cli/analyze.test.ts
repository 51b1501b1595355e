import { seedCandles } from '../support/candles';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { runPricehook } from './run';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database;
  await seedCandles(db, { ticker: 'BTC', from: '2021-05-11T00:00Z', to: '2021-05-13T12:00Z' });
  await seedCandles(db, { ticker: 'DOGE', from: '2021-05-08T00:00Z', to: '2021-05-09T12:00Z' });
  const outage = db.deleteFrom('candles').where('ticker', '=', 'BTC');
  await outage.where('minute', '=', new Date('2021-05-12T20:30Z')).execute();
});
afterAll(() => database.drop());

const run = (...args: string[]) =>
  runPricehook(['analyze', ...args], { DATABASE_URL: database.url, MARKET: 'replay' });
const analyze = async (ticker: string, from: string, to: string) => {
  const { code, stdout, stderr } = await run('--ticker', ticker, '--from', from, '--to', to, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
};

describe('pricehook analyze', () => {
  it('finds the fall of BTC of 2021-05-13 00:03', async () => {
    const found = await analyze('btc', '2021-05-12T22:00', '2021-05-13T02:00:00+00:00');
    expect(Object.keys(found)).toEqual(['ticker', 'from', 'to', 'statistics', 'anomalies']);
    expect(found).toMatchObject({
      ...{ ticker: 'BTC', from: '2021-05-12T22:00:00.000Z', to: '2021-05-13T02:00:00.000Z' },
    });
    const fall = found.anomalies.find(
      ({ peak_at }: { peak_at: string }) => peak_at === '2021-05-13T00:03:00.000Z',
    );
    expect(fall).toEqual({
      rule: 'change_1h',
      window: '1h',
      started_at: '2021-05-12T23:56:00.000Z',
      ended_at: '2021-05-13T00:27:00.000Z',
      value: expect.closeTo(-5.08, 2),
      peak: expect.closeTo(-11.07, 2),
      peak_at: '2021-05-13T00:03:00.000Z',
    });
  });

  it('finds the fall of DOGE of 2021-05-09', async () => {
    const { anomalies } = await analyze('DOGE', '2021-05-09T03:00', '2021-05-09T06:00');
    expect(anomalies).toContainEqual(
      expect.objectContaining({
        ...{ rule: 'change_1h', peak_at: '2021-05-09T04:17:00.000Z', peak: expect.closeTo(-26.48, 2) },
      }),
    );
  });

  it('finds nothing in quiet hours', async () => {
    expect((await analyze('BTC', '2021-05-12T02:00', '2021-05-12T14:00')).anomalies).toEqual([]);
  });

  it('has every minute that there is, with changes only where both minutes are', async () => {
    const { statistics } = await analyze('BTC', '2021-05-12T20:00', '2021-05-12T22:00');
    expect(statistics).toHaveLength(119);
    const at = (time: string) =>
      statistics.find((minute: { time: string }) => minute.time === `2021-05-12T${time}:00.000Z`);
    expect(Object.keys(at('20:29'))).toEqual([
      ...[
        'time',
        'close',
        'points_1h',
        'mean_1h',
        'stddev_1h',
        'change_1h',
        'returns_1h',
        'volatility_1h',
        'zscore_1h',
      ],
      ...[
        'points_24h',
        'mean_24h',
        'stddev_24h',
        'change_24h',
        'returns_24h',
        'volatility_24h',
        'zscore_24h',
      ],
    ]);
    expect(at('20:30')).toBeUndefined();
    expect(at('20:31')).toMatchObject({ points_1h: 59, returns_1h: 58, points_24h: 1_439 });
    expect(at('20:31').change_1h).not.toBeNull();
    expect(at('21:30').change_1h).toBeNull();
    expect(at('21:30').change_24h).not.toBeNull();
    expect(at('21:31').change_1h).toBeCloseTo(
      (100 * (at('21:31').close - at('20:31').close)) / at('20:31').close,
      10,
    );
  });

  it('prints what people read', async () => {
    const { stdout } = await run(
      '--ticker',
      'BTC',
      '--from',
      '2021-05-12T22:00Z',
      '--to',
      '2021-05-13T02:00Z',
    );
    expect(stdout).toMatch(
      /^BTC \(replay\) from 2021-05-12T22:00:00.000Z to 2021-05-13T02:00:00.000Z\n\n240 minutes/,
    );
    expect(stdout).toMatch(/\n {2}1h +60 .* -11\.07 +6\.54\n/);
    expect(stdout).toMatch(
      /\n {2}change_1h +2021-05-12T23:56Z +2021-05-13T00:27Z +-5\.08 +-11\.07 +2021-05-13T00:03Z\n/,
    );
    expect((await run('--ticker', 'BTC', '--to', '2021-05-11T01:00')).stdout).toContain('\nNo anomalies\n');
  });

  it('takes all candles where no span is given, and refuses spans and times that are none', async () => {
    expect((await run('--ticker', 'DOGE')).stdout).toContain(
      'from 2021-05-08T00:00:00.000Z to 2021-05-09T12:00:00.000Z',
    );
    const complaints: [string[], string][] = [
      [['--ticker', 'ETH'], 'There are no candles of ETH in the market replay'],
      [
        ['--ticker', 'BTC', '--from', '2021-05-12', '--to', '2021-05-12'],
        '--from is 2021-05-12T00:00:00.000Z; allowed',
      ],
      [['--ticker', 'BTC', '--from', 'noon'], 'Allowed: a time such as 2021-05-13'],
      [['--ticker', 'BTC', '--from', '2021-13-01'], 'Allowed: a time such as 2021-05-13'],
    ];
    for (const [args, complaint] of complaints) {
      const { code, stdout, stderr } = await run(...args);
      expect({ code, stdout }).toEqual({ code: args.includes('--from') ? 2 : 1, stdout: '' });
      expect(stderr).toContain(complaint);
    }
  });
});

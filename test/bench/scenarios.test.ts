import type { Bench } from '../../bench/scenario';
import { history } from '../../bench/scenarios/history';
import { missed } from '../../bench/scenarios/missed';
import { preview } from '../../bench/scenarios/preview';
import { stream } from '../../bench/scenarios/stream';
import { tick } from '../../bench/scenarios/tick';
import { withStack } from '../../bench/stack';

/** A glance at whether it runs: what took how long tells nothing here. */
const glance = (shrink: number): Bench => ({ rounds: 1, shrink, say: () => {}, withStack });

beforeAll(() => {
  // The run's servers are there; the scenarios make databases and namespaces of their own.
  process.env.DATABASE_URL = process.env.TEST_POSTGRES_URL;
  process.env.TEMPORAL_ADDRESS = process.env.TEST_TEMPORAL_ADDRESS;
});

describe('npm run bench', () => {
  test('tick: nothing fires, whatever the number of alerts', async () => {
    const figures = await tick.run(glance(100));
    expect(figures.map(({ what }) => what)).toEqual([
      'median tick among 10 alerts',
      'median tick among 100 alerts',
      'median tick among 1,000 alerts',
      'median tick among 10,000 alerts',
    ]);
  });

  test('missed: the alerts that fire are those that a scan of every tick finds', async () => {
    const [firings, byOwnCheck, differences] = await missed.run(glance(100));
    expect(firings?.ours[0]).toBeGreaterThan(0);
    expect(firings?.ours).toEqual(firings?.floor);
    expect(byOwnCheck?.ours[0]).toBeGreaterThan(0);
    expect(differences).toMatchObject({ ours: [0], met: true });
  });

  test('history: the barest workflow has 15 events, and no run of an alert that sleeps is long', async () => {
    const [fired, asleep] = await history.run(glance(365));
    expect(fired?.floor).toEqual([15]);
    expect(asleep?.met).toBe(true);
  });

  test('preview: finds the minute that a scan of all rows finds', async () => {
    const figures = await preview.run(glance(100));
    expect(figures.map(({ what }) => what)).toEqual([
      '5,256 minutes of a price',
      '5,256 minutes of a z-score of 24 hours',
    ]);
  });

  test('stream: every client is told every price', async () => {
    const figures = await stream.run(glance(20));
    expect(figures.map(({ what }) => what)).toEqual([
      'p50 of 1 quotes, to the last of 50 clients',
      'p95 of 1 quotes, to the last of 50 clients',
    ]);
  });
});

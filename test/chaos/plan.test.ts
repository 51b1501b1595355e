import { marketPaths, priceAt } from '../../chaos/market';
import { drawPlan, LINKS, PARTS } from '../../chaos/plan';
import { evaluate } from '../../src/domain/alert';

const SIZE = { alerts: 200, overMs: 60_000 };
const plan = drawPlan({ seed: 7, ...SIZE });
const paths = marketPaths(SIZE.overMs);

const isBeyond = ({ ticker, condition, target }: (typeof plan.alerts)[number], atMs: number) =>
  evaluate({ condition, targetPrice: target }, priceAt(paths[ticker], atMs));

it('is the same for the same seed, and another for another', () => {
  expect(drawPlan({ seed: 7, ...SIZE })).toEqual(plan);
  expect(drawPlan({ seed: 8, ...SIZE })).not.toEqual(plan);
});

it.each([12_000, 60_000])('kills every part and disturbs every connection within %i ms', (overMs) => {
  const { disturbances } = drawPlan({ seed: 7, alerts: 1, overMs });
  const killed = disturbances.flatMap((one) => (one.kind === 'kill' ? [one.part] : []));
  const disturbed = disturbances.flatMap((one) => (one.kind === 'kill' ? [] : [one.link]));
  expect(new Set(killed)).toEqual(new Set(PARTS));
  expect(new Set(disturbed)).toEqual(new Set(LINKS));
  for (const { atMs } of disturbances) expect(atMs >= 0 && atMs < overMs).toBe(true);
});

it('has as many alerts as asked for that are crossed and left alone', () => {
  const leftAlone = plan.alerts.filter(
    (alert) => alert.crossedAtMs !== null && alert.deleteAtMs === undefined,
  );
  expect(leftAlone).toHaveLength(SIZE.alerts);
  expect(new Set(leftAlone.map(({ condition }) => condition))).toEqual(new Set(['gt', 'lt']));
});

it('draws no line twice', () => {
  const lines = plan.alerts.map(({ ticker, condition, target }) => `${ticker} ${condition} ${target}`);
  expect(new Set(lines).size).toBe(lines.length);
});

it('has every line crossed when it says, and not before', () => {
  // A line is rounded to what the exchanges quote; that is crossed within a millisecond.
  const firstBeyond = (alert: (typeof plan.alerts)[number]) => {
    for (let atMs = 0; atMs < 2 * SIZE.overMs; atMs += 100) if (isBeyond(alert, atMs)) return atMs;
    return null;
  };
  for (const alert of plan.alerts) {
    const { crossedAtMs } = alert;
    const found = firstBeyond(alert);
    if (crossedAtMs === null) expect([alert, found]).toEqual([alert, null]);
    else {
      expect([alert, found === null || found >= crossedAtMs - 1]).toEqual([alert, true]);
      expect([alert, isBeyond(alert, crossedAtMs + 1)]).toEqual([alert, true]);
    }
  }
});

it('makes alerts before their lines are crossed, some of them while the market moves', () => {
  const late = plan.alerts.filter(({ createAtMs }) => createAtMs !== null);
  expect(late.length).toBeGreaterThan(0);
  for (const { createAtMs, crossedAtMs } of late) {
    expect(createAtMs as number).toBeLessThan(crossedAtMs as number);
  }
});

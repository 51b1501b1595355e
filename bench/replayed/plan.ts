import type { Condition } from '../../src/domain/alert';
import { toDecimal } from '../../src/domain/price';
import { type Prices, TICKERS } from '../publisher';
import { createRandom } from '../random';
import { closesOf, type Fortnight } from '../recorded';
import { type PlannedRule, planRules } from './rules';

/** A plain alert of a replay, created right after a tick. */
export interface PlannedAlert {
  afterTick: number;
  ticker: keyof Prices;
  condition: Condition;
  targetPrice: string;
}

/** All that chance decides in a replay of so many ticks, one a recorded minute. */
export interface Plan {
  ticks: Prices[];
  /** By the tick after which they are created. */
  alerts: PlannedAlert[];
  /** Those with rules, by the tick after which they are created. */
  rules: PlannedRule[];
  /** Ticks that are stored and claim nothing: what came true then is left to the plain alerts' own checks. Rules do not see them. */
  unclaimed: boolean[];
  random: () => number;
}

const STRETCHES = 20;
const UNCLAIMED_SHARE = 0.2;
const NEAREST = 0.001;
const FARTHEST = 0.2;

/** Alerts at random moments and distances, 0.1 to 20 % away, near ones oftener; the same plan for the same seed. */
export function planReplay(
  fortnight: Fortnight,
  size: { ticks: number; alerts: number; rules: number },
  seed: number,
): Plan {
  const random = createRandom(seed);
  const ticks = Array.from({ length: size.ticks }, (_, minute) => closesOf(fortnight, minute));
  const alerts = Array.from({ length: size.alerts }, () => planAlert(ticks, random));
  alerts.sort((a, b) => a.afterTick - b.afterTick);
  const unclaimed = ticks.map(() => false);
  const length = Math.floor((size.ticks * UNCLAIMED_SHARE) / STRETCHES);
  for (let stretch = 0; stretch < STRETCHES; stretch += 1) {
    const from = Math.floor(((stretch + random()) * (size.ticks - length)) / STRETCHES);
    unclaimed.fill(true, from, from + length);
  }
  // The last tick claims again, so that no stretch is left open.
  unclaimed[size.ticks - 1] = false;
  return { ticks, alerts, rules: planRules(ticks, size.rules, seed), unclaimed, random };
}

function planAlert(ticks: Prices[], random: () => number): PlannedAlert {
  const pick = (count: number) => Math.floor(random() * count);
  const afterTick = pick(ticks.length);
  const ticker = TICKERS[pick(TICKERS.length)] as keyof Prices;
  const condition = random() < 0.5 ? 'gt' : 'lt';
  const kind = random();
  if (kind < 0.1) {
    // A line at a price that comes to the digit: reaching it is not crossing it.
    const later = afterTick + pick(Math.min(1_440, ticks.length - afterTick));
    return { afterTick, ticker, condition, targetPrice: toDecimal((ticks[later] as Prices)[ticker]) };
  }
  const distance = NEAREST * (FARTHEST / NEAREST) ** random();
  // Every twentieth is true already when it is created.
  const away = (condition === 'gt' ? 1 : -1) * (kind < 0.15 ? -1 : 1);
  const price = (ticks[afterTick] as Prices)[ticker];
  return { afterTick, ticker, condition, targetPrice: toDecimal(price * (1 + away * distance)) };
}

/** When and at what price an alert comes true, by looking at every single tick; undefined where it never does. */
export function scanForFiring(
  ticks: Prices[],
  alert: PlannedAlert,
): { tick: number; price: number } | undefined {
  const target = Number(alert.targetPrice);
  for (let tick = alert.afterTick + 1; tick < ticks.length; tick += 1) {
    const price = (ticks[tick] as Prices)[alert.ticker];
    if (alert.condition === 'gt' ? price > target : price < target) return { tick, price };
  }
  return undefined;
}

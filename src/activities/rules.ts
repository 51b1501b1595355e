import { log } from '@temporalio/activity';
import type { Transaction } from 'kysely';
import type { Database } from '../db/schema';
import { recordSeen, seriesInUse, seriesName } from '../db/series';
import {
  concernedBy,
  insertOwed,
  type OwedMessage,
  type Stepped,
  storeSteps,
  type WatchedRule,
} from '../db/watches';
import { toDecimal } from '../domain/price';
import type { Market } from '../domain/quote';
import {
  interestOf,
  isExhausted,
  isOver,
  mustGoBack,
  type Point,
  step,
  type WatchEvent,
} from '../domain/rule-watch';
import type { SettledQuote } from '../domain/settle';
import { type MetricValue, MetricValues } from './metric-values';
import { owedMessages } from './owed-messages';

/** The part of publishing that concerns alerts with rules. */
export interface RuleClaims {
  /**
   * Takes every alert that this tick's quotes concern a step further, fires those that came true and writes what they owe; in the
   * transaction that has stored the quotes, under the lock of publishing. Costs O(log N + concerned).
   * @returns how many fired
   */
  claim(trx: Transaction<Database>, quotes: readonly SettledQuote[]): Promise<number>;
}

/** What the tick does with alerts with rules; `step` alone decides. */
export function createRuleClaims(market: Market): RuleClaims {
  const metrics = new MetricValues(market);

  return {
    async claim(trx, settled) {
      const quotes = settled.map(asStored);
      const values = await metrics.at(trx, quotes, await seriesInUse(trx, market));
      if (values.length === 0) return 0;
      const unbroken = await recordSeen(trx, market, values);
      const byName = new Map(values.map((value) => [seriesName(value), value]));
      const steps: Stepped[] = [];
      const owed: OwedMessage[] = [];
      const again = new Map<string, number>();
      for (const alert of longestQuietFirst(await concernedBy(trx, market, values))) {
        const messages = again.get(alert.userId) ?? 0;
        if (messages >= MOST_AGAIN && mayFireLater(alert)) continue;
        const seen = await valueFor(trx, quotes, alert, byName);
        // What its threshold is on is not known in this tick.
        if (seen === undefined) continue;
        const unbrokenSinceMs = unbroken.get(alert.series) ?? seen.atMs;
        const stepped = tryStep(alert, seen, unbrokenSinceMs);
        if (stepped === undefined) continue;
        steps.push(stepped.step);
        owed.push(...stepped.owed);
        if (mayFireLater(alert)) again.set(alert.userId, messages + stepped.owed.length);
      }
      await storeSteps(trx, steps);
      await insertOwed(trx, market, owed);
      return steps.filter(({ fired }) => fired !== null).length;
    },
  };

  /** The value of its own metric, also where its price was awaited because a change counts from a price of its own. */
  async function valueFor(
    trx: Transaction<Database>,
    quotes: readonly SettledQuote[],
    { ticker, rule, series, state }: WatchedRule,
    byName: ReadonlyMap<string, MetricValue>,
  ): Promise<MetricValue | undefined> {
    const own = { ticker, metric: rule.metric };
    if (series === seriesName(own)) return byName.get(series);
    const price = byName.get(series);
    if (price === undefined || (state.base !== null && price.atMs < state.base.untilMs)) return price;
    return byName.get(seriesName(own)) ?? (await metrics.at(trx, quotes, [own]))[0];
  }

  /** An alert that nothing can be made of is its own user's loss; the tick is everybody's. */
  function tryStep(...[alert, seen, unbrokenSinceMs]: Parameters<typeof takeStep>) {
    try {
      return takeStep(alert, seen, unbrokenSinceMs);
    } catch (error) {
      log.error('An alert could not be looked at', { alertId: alert.id, error: String(error) });
      return undefined;
    }
  }

  function takeStep(
    alert: WatchedRule,
    seen: MetricValue,
    unbrokenSinceMs: number,
  ): { step: Stepped; owed: OwedMessage[] } | undefined {
    const { id, ticker, rule, expiresAt, snoozedUntil } = alert;
    const { atMs } = seen;
    if (expiresAt !== null && atMs >= expiresAt.getTime()) {
      // Its workflow says that it has expired; that of one that has fired for the last time may have ended.
      if (!isExhausted(rule, alert.state)) return undefined;
      const interest = interestOf(rule, alert.state, atMs);
      return { step: { id, ticker, state: alert.state, interest, isOver: true, fired: null }, owed: [] };
    }
    const point: Point = { value: seen.value, price: seen.price };
    const snoozedUntilMs = snoozedUntil?.getTime() ?? null;
    const observation = { atMs, low: point, high: point, close: point, unbrokenSinceMs };
    const { state, events } = step(rule, alert.state, observation, snoozedUntilMs);
    const fired = events.find((event) => event.type === 'fired');
    return {
      step: {
        ...{ id, ticker, state },
        interest: interestOf(rule, state, atMs, snoozedUntilMs),
        isOver: isOver(rule, state),
        fired: fired
          ? {
              ...{ number: fired.number, at: new Date(fired.atMs), price: toDecimal(fired.price) },
              isLast: isExhausted(rule, state),
            }
          : null,
      },
      owed: events
        .filter(({ type }) => type === 'fired' || rule.tellsEnd)
        .flatMap((event) => messagesOf(alert, event)),
    };
  }

  function messagesOf(alert: WatchedRule, event: WatchEvent): OwedMessage[] {
    const type = event.type === 'fired' ? 'alert.triggered' : 'alert.recovered';
    return owedMessages(alert, { type, alert, market, nowMs: Date.now(), event }, event.number, 0);
  }
}

/** How many messages of alerts that fire again one user's may come to in a tick; what is beyond comes in the next ones. */
const MOST_AGAIN = 500;

/** Whether it has fired, and fires again while its condition holds: in a later tick as well as in this one. */
function mayFireLater({ rule, state }: WatchedRule): boolean {
  return state.lastFiredAtMs !== null && !mustGoBack(rule);
}

function longestQuietFirst(alerts: WatchedRule[]): WatchedRule[] {
  const lastFired = ({ state }: WatchedRule) => state.lastFiredAtMs ?? 0;
  return alerts.sort((a, b) => lastFired(a) - lastFired(b));
}

/** What is decided must be what anybody can see. */
const asStored = (quote: SettledQuote) => ({ ...quote, price: Number(toDecimal(quote.price)) });

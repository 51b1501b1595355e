import { firstBeyond } from './checks/firings';
import type { Violation } from './checks/violation';
import { groupBy } from './checks/violation';
import type { Ledger } from './ledger';

/** What a run came to. */
export interface Report {
  seed: number;
  /** Figures by their names, in the order in which they are shown. */
  counts: Record<string, number>;
  violations: Violation[];
}

const SHOWN_PER_RULE = 10;

/** Counts what was compared. */
export function reportOf(seed: number, ledger: Ledger, violations: Violation[]): Report {
  const { alerts, quotes, deliveries, attempts, arrivals, promised, deleted } = ledger;
  const count = <T>(rows: T[], is: (row: T) => boolean) => rows.filter(is).length;
  const kept = alerts.filter(({ status }) => status !== 'deleted');
  const arrived = [...groupBy(arrivals, ({ id }) => id).values()];
  return {
    seed,
    violations,
    counts: {
      'ticks published': new Set(quotes.map(({ tick_at }) => tick_at.getTime())).size,
      'alerts stored': alerts.length,
      'alerts that a 201 told of': count(promised, ({ by }) => by === '201'),
      'alerts that a look at the list told of': count(promised, ({ by }) => by === 'list'),
      'alerts that took more than one POST': count(promised, ({ posts }) => posts > 1),
      'alerts deleted': deleted.length,
      'alerts that came true and were not deleted': count(
        kept,
        (alert) => firstBeyond(alert, quotes) !== undefined,
      ),
      'alerts that fired and were not deleted': count(kept, ({ firing_number }) => firing_number > 0),
      messages: deliveries.length,
      'messages delivered': count(deliveries, ({ status }) => status === 'delivered'),
      'messages failed by the rules': count(deliveries, ({ status }) => status === 'failed'),
      'messages cancelled by a deletion': count(deliveries, ({ status }) => status === 'cancelled'),
      attempts: attempts.length,
      'attempts delivered': count(attempts, ({ outcome }) => outcome === 'delivered'),
      'attempts failed': count(attempts, ({ outcome }) => outcome === 'failed'),
      'attempts of unknown outcome': count(attempts, ({ outcome }) => outcome === 'unknown'),
      'requests that arrived': arrivals.length,
      'ids that arrived': arrived.length,
      'ids accepted more than once': count(
        arrived,
        (same) => count(same, ({ answered }) => answered === 204) > 1,
      ),
      violations: violations.length,
    },
  };
}

/** A run's figures and violations as lines of text. */
export function describeReport({ seed, counts, violations }: Report): string {
  const width = Math.max(...Object.keys(counts).map((name) => name.length));
  const table = Object.entries(counts).map(
    ([name, value]) => `  ${name.padEnd(width)}  ${String(value).padStart(6)}`,
  );
  const rules = [...groupBy(violations, ({ rule }) => rule)].flatMap(([rule, broken]) => [
    `  VIOLATED ${broken.length} times: ${rule}`,
    ...broken.slice(0, SHOWN_PER_RULE).map(({ what }) => `    ${what}`),
    ...(broken.length > SHOWN_PER_RULE ? [`    … and ${broken.length - SHOWN_PER_RULE} more`] : []),
  ]);
  const verdict = violations.length === 0 ? `Seed ${seed} holds.` : `Seed ${seed} does not hold.`;
  return [...table, ...rules, verdict].join('\n');
}

import type { Alert } from '../api/types';
import { boundsOf, type Waiting } from '../logic/alert-text';
import { distance } from '../logic/distance';
import { prices } from './prices';

/** What an alert on a price, or on a price in another one, looks at, now; undefined of other metrics, and where it is not known. */
export function valueNow({
  ticker,
  metric = 'price',
}: Pick<Waiting, 'ticker' | 'metric'>): number | undefined {
  if (metric !== 'price' && metric !== 'ratio') return undefined;
  const [base, quote] = ticker.split('/').map((name) => prices.value[name]?.price);
  if (base === undefined || (metric === 'ratio' && quote === undefined)) return undefined;
  return base / (quote ?? 1);
}

/** How far an alert's threshold, or the nearer end of its range, lies from what it looks at, in per cent of that. */
export function awayOf(alert: Alert): number | undefined {
  const value = valueNow(alert);
  if (value === undefined) return undefined;
  const away = boundsOf(alert).map((bound) => distance(bound, value));
  return away.sort((a, b) => Math.abs(a) - Math.abs(b))[0];
}

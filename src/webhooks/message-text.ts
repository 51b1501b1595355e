import { definitionOf, METRICS, type Metric, type MetricDefinition } from '../domain/metrics';
import { boundsOf, type MessageData, numberOf, variableOf } from './message-values';

/** How a condition is told that came true, that ended, and by itself; `#` stands for the threshold. */
const CONDITIONS: Record<string, { came: string; ended: string; name: string }> = {
  gt: { came: 'is above #', ended: 'is no longer above #', name: 'above #' },
  lt: { came: 'is below #', ended: 'is no longer below #', name: 'below #' },
  crosses_above: { came: 'rose above #', ended: 'is no longer above #', name: 'rising above #' },
  crosses_below: { came: 'fell below #', ended: 'is no longer below #', name: 'falling below #' },
  enters: { came: 'came into #', ended: 'is no longer within #', name: 'coming into #' },
  leaves: { came: 'left #', ended: 'is back within #', name: 'leaving #' },
};

const exactly = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 15 });
const rounded = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });
const small = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });
const ratio = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 8 });

/** A message in plain words, such as `BTC rose above 65,000: 65,123.4`; its note stands in lines of its own. */
export function usualText(data: MessageData): string {
  const lines = [sentence(data)];
  if (typeof data.note === 'string' && data.note !== '') lines.push(data.note);
  return lines.join('\n');
}

function sentence(data: MessageData): string {
  const whole = `${data.simulated === true ? 'simulated: ' : ''}${tell(data)}${lateness(data)}`;
  return whole.charAt(0).toUpperCase() + whole.slice(1);
}

function tell(data: MessageData): string {
  const definition = definitionFor(data.metric);
  const ticker = String(data.ticker ?? '');
  const subject = subjectOf(definition, ticker);
  const { came, ended, name } = phrases(data, definition);
  const alert = `the alert on ${[subject, name].join(' ').trim()}`;
  switch (data.type) {
    case 'alert.triggered':
      return `${subject} ${came || 'came true'}${seen(data, definition)}`;
    case 'alert.recovered':
      return `${subject} ${ended || 'is back'}${seen(data, definition)}`;
    case 'alert.expired':
      return `${alert} has expired`;
    case 'alert.suspended':
      return `${alert} is suspended: ${ticker} has no price that enough sources agree on`;
    case 'alert.resumed':
      return `${alert} is watched again: ${ticker} has a price again`;
    default:
      return [String(data.type ?? ''), subject].join(' ').trim();
  }
}

function definitionFor(metric: unknown): MetricDefinition {
  const isKnown = typeof metric === 'string' && Object.hasOwn(METRICS, metric);
  return definitionOf(isKnown ? (metric as Metric) : 'price');
}

function subjectOf({ kind, windowMinutes }: MetricDefinition, ticker: string): string {
  const span = spanOf(windowMinutes);
  switch (kind) {
    case 'price':
    case 'ratio':
      return ticker;
    case 'change':
      return `the change of ${ticker} over ${span}`;
    case 'zscore':
      return `the z-score of ${ticker} over ${span}`;
    case 'volatility':
      return `the volatility of ${ticker} over ${span}`;
    case 'drawdown':
      return `the drawdown of ${ticker} from its high of ${span}`;
    case 'spread':
      return `the spread of ${ticker} between sources`;
  }
}

function spanOf(minutes: number): string {
  if (minutes === 60) return 'an hour';
  if (minutes < 60) return `${minutes} minutes`;
  return minutes <= 1_440 ? `${minutes / 60} hours` : `${minutes / 1_440} days`;
}

function phrases(data: MessageData, definition: MetricDefinition) {
  const bounds = boundsOf(data).map((bound) => exactly.format(bound) + unitOf(definition));
  const found = Object.hasOwn(CONDITIONS, String(data.condition))
    ? CONDITIONS[String(data.condition)]
    : undefined;
  if (found === undefined || bounds.length === 0) return { came: '', ended: '', name: '' };
  const { came, ended, name } = found;
  const fill = (phrase: string) => phrase.replace('#', bounds.join(' to '));
  return { came: fill(came), ended: fill(ended), name: fill(name) };
}

/** The metric's value, and the price where that is not the same. */
function seen(data: MessageData, definition: MetricDefinition): string {
  const value = numberOf(variableOf(data, 'value'));
  const price = numberOf(variableOf(data, 'price'));
  const isItsPrice = definition.kind === 'price' || definition.kind === 'ratio';
  const beside = price === undefined || isItsPrice ? '' : ` (price: ${exactly.format(price)})`;
  return value === undefined ? beside : `: ${written(value, definition)}${beside}`;
}

function written(value: number, definition: MetricDefinition): string {
  if (definition.kind === 'price') return exactly.format(value);
  if (definition.kind === 'ratio') return ratio.format(value);
  return (Math.abs(value) < 0.1 ? small : rounded).format(value) + unitOf(definition);
}

const unitOf = ({ unit }: MetricDefinition) => (unit === 'per cent' ? ' %' : '');

function lateness({ late, triggered_at }: MessageData): string {
  return late === true && typeof triggered_at === 'string' ? ` (found late: it was at ${triggered_at})` : '';
}

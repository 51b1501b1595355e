import { groupBy } from './group-by';
import type { Severity, Violation } from './quality';
import type { Market } from './quote';
import { escapeSlack, type SlackMessage, slackMessage } from './slack';
import { windowName } from './statistics-names';

export interface AnomalyNotice {
  kind: 'started' | 'ended';
  market: Market;
  ticker: string;
  rule: string;
  windowMinutes: number;
  threshold: number;
  startedAt: Date;
  endedAt: Date | null;
  /** Per cent, or standard deviations. */
  value: number;
  /** US dollars, at the start. */
  price: number;
  peak: number;
}

/** What operators read of an anomaly that began or ended. */
export function anomalyMessage(anomaly: AnomalyNotice, publicUrl: string | undefined): SlackMessage {
  const { kind, ticker, rule, windowMinutes, threshold, startedAt, endedAt } = anomaly;
  const isChange = rule.startsWith('change');
  const unit = (value: number) =>
    isChange ? `${signed(value)} %` : `${signed(value)} standard deviations from the mean`;
  const move = `${ticker} ${isChange ? 'moved' : 'lies'} ${unit(anomaly.value)}`;
  const window = windowName(windowMinutes);
  const title =
    kind === 'started' ? `${mark(anomaly)} ${move} (${window})` : `✅ ${ticker} is back (${rule})`;
  const body =
    kind === 'started'
      ? `*${ticker}* ${isChange ? 'moved' : 'lies'} *${unit(anomaly.value)}* over ${window}, beyond ${threshold}.`
      : `*${ticker}* is back below its line after ${minutesBetween(startedAt, endedAt)} min; ` +
        `the farthest was *${unit(anomaly.peak)}*.`;
  return slackMessage({
    title: simulated(anomaly.market, title),
    body,
    fields: [
      ['Price', `${anomaly.price} USD`],
      ['Window', window],
      ['Since', utc(startedAt)],
      [kind === 'started' ? 'Rule' : 'Until', kind === 'started' ? `${rule} > ${threshold}` : utc(endedAt)],
    ],
    link: chartLink(publicUrl, ticker, startedAt),
  });
}

/** More lines than these nobody reads, and Slack's limit is near. */
const MOST_LINES = 25;

/** What operators read of all anomalies of a stretch in which nobody watched: a line for each ticker and rule. */
export function pastMessage(
  market: Market,
  { from, to }: { from: Date; to: Date },
  anomalies: readonly Omit<AnomalyNotice, 'kind' | 'market'>[],
): SlackMessage {
  const groups = groupBy(anomalies, ({ ticker, rule }) => `${ticker} ${rule}`);
  const lines = [...groups.values()].map((group) => {
    const farthest = group.reduce((one, other) => (Math.abs(other.peak) > Math.abs(one.peak) ? other : one));
    const { ticker, rule, threshold, peak, startedAt } = farthest;
    const isGoingOn = group.some(({ endedAt }) => endedAt === null || endedAt >= to);
    const unit = rule.startsWith('change') ? ' %' : '';
    return (
      `${peak > 0 ? '📈' : '📉'} *${ticker}* ${rule} &gt; ${threshold}: ${group.length === 1 ? 'once' : `${group.length} times`}, ` +
      `farthest *${signed(peak)}${unit}*, from ${utc(startedAt)} on${isGoingOn ? '; *goes on*' : ''}`
    );
  });
  const left = lines.length - MOST_LINES;
  const more = left > 0 ? [`… and ${left} more tickers and rules`] : [];
  const count = anomalies.length === 1 ? '1 anomaly' : `${anomalies.length} anomalies`;
  return slackMessage({
    title: simulated(market, `🕓 ${count} before ${utc(to)}, found afterwards`),
    body: [...lines.slice(0, MOST_LINES), ...more].join('\n'),
    footer: `Of the prices from ${utc(from)} to ${utc(to)}, which were fetched later. What happens from now on is told one by one.`,
  });
}

/** What operators read of an alarm that opened or closed. */
export function alarmMessage(alarm: {
  kind: 'opened' | 'closed';
  market: Market;
  key: string;
  detail: string;
  openedAt: Date;
  closedAt: Date | null;
}): SlackMessage {
  const { kind, market, key, detail, openedAt, closedAt } = alarm;
  const title = kind === 'opened' ? `🚨 ${alarmTitle(key)}` : `✅ Over: ${alarmTitle(key)}`;
  const since =
    kind === 'opened'
      ? `Since ${utc(openedAt)}`
      : `${utc(openedAt)} to ${utc(closedAt)}, ${minutesBetween(openedAt, closedAt)} min`;
  return slackMessage({ title: simulated(market, title), body: escapeSlack(detail), footer: since });
}

function alarmTitle(key: string): string {
  const [kind, of] = key.split(':');
  if (kind === 'step') return `The report's step ${of} failed`;
  if (kind === 'source') return `The source ${of} is down`;
  if (kind === 'schedule') return 'No report was made';
  if (kind === 'quality') return 'The quality of the data is low';
  return key;
}

const SIGNS: Record<Severity, string> = { critical: '🔴', warning: '🟡', info: '⚪' };

/** What operators read of an hour whose data was seriously wrong. */
export function qualityMessage(
  market: Market,
  hour: Date,
  violations: readonly Pick<Violation, 'rule' | 'severity' | 'count' | 'detail'>[],
): SlackMessage {
  const lines = violations.map(
    ({ rule, severity, count, detail }) => `${SIGNS[severity]} *${rule}* ×${count}: ${escapeSlack(detail)}`,
  );
  const title = `${violations.length} violations of data quality in the hour of ${utc(hour)}`;
  return slackMessage({ title: simulated(market, title), body: lines.join('\n') });
}

function chartLink(publicUrl: string | undefined, ticker: string, at: Date) {
  if (publicUrl === undefined) return undefined;
  const query = new URLSearchParams({ ticker, at: at.toISOString() });
  return { url: `${publicUrl}/?${query}`, label: 'Chart' };
}

const mark = ({ value }: { value: number }) => (value > 0 ? '📈' : '📉');
const signed = (value: number) => `${value > 0 ? '+' : ''}${Number(value.toFixed(2))}`;
const utc = (time: Date | null) =>
  time === null ? '?' : `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
const simulated = (market: Market, title: string) => (market === 'replay' ? `[replay] ${title}` : title);

function minutesBetween(from: Date, to: Date | null): number {
  return to === null ? 0 : Math.round((to.getTime() - from.getTime()) / 60_000);
}

import type { ReplayedHour } from '../archive-replay/replay';
import type { Firing } from '../domain/alert-watch';
import type { ReplayedAlert } from './replay-alerts';
import { inOneLine } from './terminal-text';

const iso = (timeMs: number) => new Date(timeMs).toISOString();

/** A firing in JSON; `live` is what the alert did then, left out where that is no matter. */
export function firingAnswer({ alert, price, firedAtMs }: Firing<ReplayedAlert>) {
  const { id, ticker, condition, targetPrice, live } = alert;
  return {
    ...{ id, ticker, condition, target_price: targetPrice },
    ...{ triggered_at: iso(firedAtMs), triggered_price: price },
    ...(live === undefined ? {} : { live: liveAnswer(live) }),
  };
}

const liveAnswer = (live: NonNullable<ReplayedAlert['live']> | null) =>
  live && { triggered_at: iso(live.firedAtMs), triggered_price: live.price };

/** A firing in a line. */
export function firingLine({ alert, price, firedAtMs }: Firing<ReplayedAlert>): string {
  const { id, ticker, condition, targetPrice, live } = alert;
  return `${iso(firedAtMs)} ${ticker} ${condition} ${targetPrice} fires at ${price}  ${inOneLine(id)}${liveNote(live, { firedAtMs, price })}\n`;
}

function liveNote(live: ReplayedAlert['live'], now: { firedAtMs: number; price: number }): string {
  if (live === undefined) return '';
  if (live === null) return '  live: it did not fire';
  if (live.firedAtMs === now.firedAtMs && live.price === now.price) return '  as it did live';
  return `  live: at ${live.price}, ${iso(live.firedAtMs)}`;
}

/** An hour in JSON. */
export function hourAnswer({ hourMs, result, ...hour }: ReplayedHour) {
  const { score, violations } = hour.quality;
  return {
    ...{ hour: iso(hourMs), result, compared_files: hour.compared, differences: hour.differences },
    ...{ quotes: hour.quotes, settled_otherwise: hour.settledOtherwise, quality: score },
    violations: violations.map(({ firstAtMs, lastAtMs, ...violation }) => ({
      ...violation,
      ...{ first_at: iso(firstAtMs), last_at: iso(lastAtMs) },
    })),
  };
}

/** An hour in a line, and what differs in one below each. */
export function hourLines({ hourMs, result, quality, ...hour }: ReplayedHour): string {
  const files = hour.compared > 0 ? ` (${hour.compared} files)` : '';
  const score = result === 'empty' ? '' : `, quality ${(quality.score * 100).toFixed(1)} %`;
  const count = quality.violations.length;
  const wrong = count === 0 ? '' : `, ${count} violation${count === 1 ? '' : 's'}`;
  const lines = [`${iso(hourMs)} ${result}${files}${score}${wrong}`];
  if (hour.settledOtherwise > 0)
    lines.push(
      `  ${hour.settledOtherwise} of ${hour.quotes} source quotes are accepted or rejected otherwise: were MIN_SOURCES and MAX_DEVIATION the same?`,
    );
  for (const { file, detail } of hour.differences) lines.push(`  ${file}: ${detail}`);
  return `${lines.join('\n')}\n`;
}

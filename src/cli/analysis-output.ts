import type { Anomaly } from '../domain/anomaly';
import type { MinuteStatistics, WindowStatistics } from '../domain/statistics';
import { windowName } from '../domain/statistics-names';

const iso = (timeMs: number) => new Date(timeMs).toISOString();

/** A minute's statistics in JSON: `change_1h` and the like, named as rules are. */
export function minuteAnswer({ minuteMs, close, windows }: MinuteStatistics): Record<string, unknown> {
  const answer: Record<string, unknown> = { time: iso(minuteMs), close };
  for (const { windowMinutes, ...figures } of windows) {
    const window = windowName(windowMinutes);
    for (const [name, value] of Object.entries(figures)) answer[`${name}_${window}`] = value;
  }
  return answer;
}

/** An anomaly in JSON. */
export function anomalyAnswer({
  rule,
  windowMinutes,
  startedAtMs,
  endedAtMs,
  value,
  peak,
  peakAtMs,
}: Anomaly) {
  return {
    rule,
    window: windowName(windowMinutes),
    started_at: iso(startedAtMs),
    ended_at: endedAtMs === null ? null : iso(endedAtMs),
    value,
    peak,
    peak_at: iso(peakAtMs),
  };
}

interface Extremes {
  last: WindowStatistics | undefined;
  lowest: number | null;
  highest: number | null;
}

/** What people read of an analysis: each window at its end, the largest moves, and the anomalies. */
export class AnalysisTable {
  readonly #windows: number[];
  readonly #extremes: Extremes[];
  #minutes = 0;

  constructor(windows: number[]) {
    this.#windows = windows;
    this.#extremes = windows.map(() => ({ last: undefined, lowest: null, highest: null }));
  }

  add({ windows }: MinuteStatistics): void {
    this.#minutes += 1;
    for (const [n, window] of windows.entries()) {
      const extremes = this.#extremes[n] as Extremes;
      extremes.last = window;
      if (window.change === null) continue;
      extremes.lowest = Math.min(extremes.lowest ?? window.change, window.change);
      extremes.highest = Math.max(extremes.highest ?? window.change, window.change);
    }
  }

  text(anomalies: readonly Anomaly[]): string {
    const windows = this.#windows.map((minutes, n) => windowRow(minutes, this.#extremes[n] as Extremes));
    return [
      `${this.#minutes.toLocaleString('en')} minutes; at the last one:`,
      ...columns([WINDOW_HEAD, ...windows]),
      '',
      anomalies.length === 0 ? 'No anomalies' : `Anomalies: ${anomalies.length}`,
      ...(anomalies.length === 0 ? [] : columns([ANOMALY_HEAD, ...anomalies.map(anomalyRow)])),
      '',
    ].join('\n');
  }
}

const WINDOW_HEAD = [
  ...['window', 'points', 'mean', 'stddev', 'change %', 'volatility', 'z-score'],
  ...['lowest change %', 'highest change %'],
];
const ANOMALY_HEAD = ['rule', 'started', 'ended', 'value', 'peak', 'peak at'];

const short = (value: number | null | undefined, digits = 2) => value?.toFixed(digits) ?? '-';

function windowRow(minutes: number, { last, lowest, highest }: Extremes): string[] {
  return [
    windowName(minutes),
    String(last?.points ?? 0),
    last === undefined ? '-' : String(Number(last.mean.toPrecision(8))),
    last?.stddev == null ? '-' : String(Number(last.stddev.toPrecision(5))),
    ...[short(last?.change), short(last?.volatility, 5), short(last?.zscore), short(lowest), short(highest)],
  ];
}

function anomalyRow({ rule, startedAtMs, endedAtMs, value, peak, peakAtMs }: Anomaly): string[] {
  const minute = (timeMs: number | null) => (timeMs === null ? 'goes on' : `${iso(timeMs).slice(0, 16)}Z`);
  return [rule, minute(startedAtMs), minute(endedAtMs), short(value), short(peak), minute(peakAtMs)];
}

/** Cells under each other, the first to the left and all others to the right. */
function columns(rows: string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, n) => Math.max(...rows.map((row) => row[n]?.length ?? 0)));
  const cell = (text: string, n: number) =>
    n === 0 ? text.padEnd(widths[n] ?? 0) : text.padStart(widths[n] ?? 0);
  return rows.map((row) => `  ${row.map(cell).join('  ')}`);
}

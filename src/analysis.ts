import { isDeepStrictEqual } from 'node:util';
import type { Kysely } from 'kysely';
import { type AnomalyRow, storeAnomalies } from './db/anomalies';
import { courseBefore } from './db/anomaly-course';
import { type HourState, lastStateHour, stateBefore, stateOf, storeStates } from './db/anomaly-states';
import { type MinuteSpan, readCloses } from './db/candles';
import { readAnomaliesOf } from './db/processed';
import { markStale } from './db/reports';
import type { Database } from './db/schema';
import { storeHourStatistics, storeMinuteStatistics } from './db/statistics';
import { Detection, isSameCourse } from './domain/anomaly';
import { eventsIn } from './domain/anomaly-events';
import { type AnomalyRule, type RuleSetting, rulesFor } from './domain/anomaly-rules';
import { groupBy } from './domain/group-by';
import { MINUTE_MS, type MinuteStatistics } from './domain/statistics';
import { HOUR_MS, type HourStatistics, hourOf } from './domain/statistics-hour';
import { type ReadCloses, walkHours, walkMinutes } from './domain/statistics-span';

/** What `ANOMALY_RULES` and `ANOMALY_COOLDOWN` say. */
export interface AnomalySettings {
  rules: readonly RuleSetting[];
  cooldownMs: number;
}

/** The statistics of a span's minutes over the stored candles, some at a time; the windows reach back before it. */
export function walkStatistics(
  db: Kysely<Database>,
  span: MinuteSpan,
  windows: readonly number[],
): AsyncGenerator<MinuteStatistics[]> {
  return walkMinutes(storedCloses(db, span), span, windows);
}

const storedCloses =
  (db: Kysely<Database>, { market, ticker }: Pick<MinuteSpan, 'market' | 'ticker'>): ReadCloses =>
  (span) =>
    readCloses(db, { market, ticker, ...span });

/**
 * Computes and stores the statistics of the hours that a span touches; again, it changes nothing.
 * @param progress hears of each minute that is done, Unix milliseconds, now and then
 * @returns how many minutes and hours have statistics now
 */
export async function refreshStatistics(
  db: Kysely<Database>,
  span: MinuteSpan,
  windows: readonly number[],
  progress: (minuteMs: number) => void = () => {},
): Promise<{ minutes: number; hours: number }> {
  const hours: HourStatistics[] = [];
  let count = 0;
  for await (const walked of walkHours(storedCloses(db, span), span, windows)) {
    hours.push(...walked.hours);
    const last = walked.minutes.at(-1);
    if (last === undefined) continue;
    await storeMinuteStatistics(db, span, walked.minutes);
    count += walked.minutes.length;
    progress(last.minuteMs);
  }
  await storeHourStatistics(db, span, hours);
  return { minutes: count, hours: hours.length };
}

/** The windows that rules look at, in minutes. */
export function windowsOf(rules: readonly AnomalyRule[]): number[] {
  return [...new Set(rules.map(({ windowMinutes }) => windowMinutes))];
}

/** How far after a minute its price still counts, in milliseconds: the longest window of statistics and rules. */
export const reachMs = (windows: readonly number[]): number => Math.max(1, ...windows) * MINUTE_MS;

/**
 * Has the reports made again whose hours look at any minute of a span, since candles were stored in it.
 * @param reach see `reachMs`
 */
export async function candlesCame(db: Kysely<Database>, span: MinuteSpan, reach: number): Promise<void> {
  const hours: number[] = [];
  for (let hourMs = hourOf(span.fromMs); hourMs < span.toMs + reach; hourMs += HOUR_MS) hours.push(hourMs);
  await markStale(db, span.market, hours);
}

/** The windows of statistics, and those that any rule of any ticker looks at, in minutes. */
export const allWindows = (config: {
  statistics: { windows: readonly number[] };
  anomalies: AnomalySettings;
}): number[] => [
  ...new Set([
    ...config.statistics.windows,
    ...config.anomalies.rules.map(({ windowMinutes }) => windowMinutes),
  ]),
];

export interface RefreshedAnomalies {
  /** What was looked at, Unix milliseconds: hours that were left out before it, and those after it that it changed, too. */
  fromMs: number;
  toMs: number;
  /** All that started, went on or ended there. */
  anomalies: AnomalyRow[];
  /** Hours in which anything started or ended that did not before, or the other way round. */
  changedHours: number[];
}

/**
 * Finds and stores the anomalies of the hours that a span touches, from where the hours before led to; again, it changes
 * nothing. Hours before it that nobody looked at are caught up with, and those after it are looked at again until nothing
 * changes any more. An hour that is not over leaves no state behind, so that it is looked at again.
 */
export async function refreshAnomalies(
  db: Kysely<Database>,
  span: MinuteSpan,
  { rules: settings, cooldownMs }: AnomalySettings,
  nowMs: number,
): Promise<RefreshedAnomalies> {
  const rules = rulesFor(settings, span.ticker);
  const before = await stateBefore(db, span, hourOf(span.fromMs));
  const fromMs = before === undefined ? hourOf(span.fromMs) : before.hourMs + HOUR_MS;
  // States are not kept for good; anomalies are.
  const stateThen = before?.state ?? (await courseBefore(db, span, fromMs, cooldownMs));
  const wantedMs = hourOf(span.toMs - 1) + HOUR_MS;
  const lastMs = (await lastStateHour(db, span)) ?? Number.NEGATIVE_INFINITY;
  const detection = new Detection(stateThen, { rules, cooldownMs });
  const states: HourState[] = [];
  let toMs = wantedMs;

  /** Whether the hours after this one are as they were. */
  const endHour = async (hourMs: number): Promise<boolean> => {
    const { state } = detection;
    if (hourMs + HOUR_MS <= nowMs) states.push({ hourMs, state });
    toMs = Math.max(wantedMs, hourMs + HOUR_MS);
    if (hourMs + HOUR_MS < wantedMs) return false;
    if (hourMs >= lastMs) return true;
    // The end of what is open now was seen in a later hour.
    if (Object.values(state).some(({ open }) => open !== null)) return false;
    const stored = await stateOf(db, span, hourMs);
    if (stored !== undefined) return isDeepStrictEqual(stored.state, state);
    return isSameCourse(await courseBefore(db, span, hourMs + HOUR_MS, cooldownMs), state);
  };

  const walked = { ...span, fromMs, toMs: Math.max(wantedMs, lastMs + HOUR_MS) };
  let hourMs: number | undefined;
  let isSettled = false;
  walk: for await (const minutes of walkStatistics(db, walked, windowsOf(rules))) {
    for (const minute of minutes) {
      const nextMs = hourOf(minute.minuteMs);
      if (hourMs !== undefined && nextMs !== hourMs) {
        isSettled = await endHour(hourMs);
        if (isSettled) break walk;
      }
      hourMs = nextMs;
      detection.add(minute);
    }
  }
  if (hourMs !== undefined && !isSettled) await endHour(hourMs);

  const names = rules.map(({ name }) => name);
  const found = detection.result().anomalies;
  const whole = { ...span, fromMs, toMs };
  const eventsBefore = await eventsByHour(db, whole);
  const anomalies = await storeAnomalies(db, whole, names, found);
  await storeStates(db, span, states);
  const eventsNow = await eventsByHour(db, whole);
  const changedHours = [...new Set([...eventsBefore.keys(), ...eventsNow.keys()])].filter(
    (hour) => !isDeepStrictEqual(eventsBefore.get(hour), eventsNow.get(hour)),
  );
  return { fromMs, toMs, anomalies, changedHours };
}

async function eventsByHour(db: Kysely<Database>, span: MinuteSpan): Promise<Map<number, unknown[]>> {
  return groupBy(eventsIn(await readAnomaliesOf(db, span), span), ({ atMs }) => hourOf(atMs));
}

import { windowsOf } from '../analysis';
import { readArchivedEvents, readOtherMinutes } from '../archive/archived-hours';
import { lookedAtFrom, processedRows, writeProcessedRows } from '../archive/processed';
import { Detection } from '../domain/anomaly';
import { eventsIn, stateAfter } from '../domain/anomaly-events';
import { rulesFor } from '../domain/anomaly-rules';
import type { MinuteStatistics } from '../domain/statistics';
import { HOUR_MS, type HourStatistics } from '../domain/statistics-hour';
import { walkHours, walkMinutes } from '../domain/statistics-span';
import { Closes } from './closes';
import { type Comparison, compareHour } from './compare';
import type { ReplayDeps } from './replay';

/** One ticker's prices, and what is made of them hour by hour. */
export interface TickerReplay {
  /** Hears of every published price, in the order of publication. */
  publish(quotedAtMs: number, price: number): void;
  /** Writes an hour's processed files, and compares them with the archive's. Hours come one after the other. */
  endHour(hourMs: number): Promise<Comparison>;
}

type Deps = Pick<ReplayDeps, 'archive' | 'out' | 'span' | 'settings'>;

/** Begins where what is archived of the ticker before the span leads to. */
export async function openTicker(
  { archive, out, span, settings }: Deps,
  ticker: string,
): Promise<TickerReplay> {
  const closes = new Closes();
  const rules = rulesFor(settings.anomalies.rules, ticker);
  const before = { fromMs: Number.NEGATIVE_INFINITY, toMs: span.fromMs };
  const state = stateAfter(await readArchivedEvents(archive, ticker, before));
  const detection = new Detection(state, { rules, cooldownMs: settings.anomalies.cooldownMs });
  return {
    publish: (quotedAtMs, price) => closes.publish(quotedAtMs, price),

    async endHour(hourMs) {
      const hour = { fromMs: hourMs, toMs: hourMs + HOUR_MS };
      const read = closes.reader(await readOtherMinutes(archive, ticker, hourMs));
      const minutes: MinuteStatistics[] = [];
      const hours: HourStatistics[] = [];
      for await (const walked of walkHours(read, hour, settings.windows)) {
        minutes.push(...walked.minutes);
        hours.push(...walked.hours);
      }
      for await (const batch of walkMinutes(read, hour, windowsOf(rules)))
        for (const minute of batch) detection.add(minute);
      const events = eventsIn(detection.result().anomalies, hour);
      const rows = { ...processedRows(minutes, hours, events), otherMinutes: [] };
      await writeProcessedRows(out, { ticker, fromMs: hourMs }, rows);
      closes.forgetBefore(lookedAtFrom(hour.toMs, settings.lookBack));
      return await compareHour(archive, out, ticker, hourMs);
    },
  };
}

import type { AnomalySettings } from '../analysis';
import { type ArchivedQuote, openQuotes, type QuoteReader } from '../archive/archived-quotes';
import { lookedAtFrom } from '../archive/processed';
import type { AlertWatch, Firing, WatchedAlert } from '../domain/alert-watch';
import { groupBy } from '../domain/group-by';
import { toDecimal } from '../domain/price';
import { judgeHour, type Quality, type QualityQuote } from '../domain/quality';
import type { SourceQuote } from '../domain/quote';
import { type SettledQuote, type SettleRules, settleTick } from '../domain/settle';
import { HOUR_MS, hourOf } from '../domain/statistics-hour';
import type { TimeSpan } from '../domain/statistics-span';
import type { QualitySettings } from '../quality-settings';
import type { Comparison } from './compare';
import { openTicker, type TickerReplay } from './ticker-replay';

/** What the service was configured with. */
export interface ReplaySettings {
  rules: SettleRules;
  quality: QualitySettings;
  /** Windows of the statistics, in minutes, and all that are looked at, those of rules included. */
  windows: readonly number[];
  lookBack: readonly number[];
  anomalies: AnomalySettings;
}

export interface ReplayDeps<A extends WatchedAlert = WatchedAlert> {
  /** The market's archive. */
  archive: string;
  /** A folder of the replay's own, laid out as the archive is. */
  out: string;
  /** Whole hours. */
  span: TimeSpan;
  tickers: readonly string[];
  settings: ReplaySettings;
  alerts: AlertWatch<A>;
  /** Waits until a tick is due. */
  pace(tickAtMs: number): Promise<void>;
  /** When the first tick of all was, Unix milliseconds. */
  firstTickMs: number | undefined;
}

/** An hour that was replayed. */
export interface ReplayedHour extends Comparison {
  hourMs: number;
  /** `not archived`: there is nothing to compare it with, because no report was made of it. */
  result: 'identical' | 'different' | 'not archived' | 'empty';
  /** How many source quotes there were, and of how many it was settled otherwise than the archive says. */
  quotes: number;
  settledOtherwise: number;
  quality: Quality;
}

/** What happens in a replay, in the order of time. */
export type ReplayEvent<A extends WatchedAlert = WatchedAlert> =
  /** Those that the windows reach back to come, too. */
  | { kind: 'tick'; tickAtMs: number }
  | { kind: 'firing'; firing: Firing<A> }
  | { kind: 'hour'; hour: ReplayedHour };

/** So long after its end, what was asked for in the next hour may still have been received in this one, by another clock. */
const TRAIL_MS = 60_000;

/** What was said in an hour, until it is judged. */
interface OpenHour {
  hourMs: number;
  said: ArchivedQuote[];
  settledOtherwise: number;
}

/**
 * Runs the archived source quotes of a span through what they ran through live: they are settled, make minutes, statistics and
 * anomalies, and fire alerts. Writes nothing but processed files, to `out`.
 */
export async function* replayArchive<A extends WatchedAlert>(
  deps: ReplayDeps<A>,
): AsyncGenerator<ReplayEvent<A>> {
  const { span, settings, alerts } = deps;
  const reader = openQuotes(deps.archive);
  const tickers = new Map<string, TickerReplay>();
  for (const ticker of deps.tickers) tickers.set(ticker, await openTicker(deps, ticker));
  const lastPrices = new Map<string, number>();
  let ended: OpenHour | undefined;

  const firstMs = hourOf(lookedAtFrom(span.fromMs, settings.lookBack));
  for (let hourMs = firstMs; hourMs < span.toMs + HOUR_MS; hourMs += HOUR_MS) {
    const isInside = hourMs >= span.fromMs && hourMs < span.toMs;
    const open: OpenHour = { hourMs, said: [], settledOtherwise: 0 };
    for (const [tickAtMs, said] of await ticksOf(reader, deps.tickers, hourMs)) {
      if (tickAtMs >= span.toMs + TRAIL_MS) break;
      if (ended !== undefined && tickAtMs >= ended.hourMs + HOUR_MS + TRAIL_MS) {
        yield { kind: 'hour', hour: await endHour(deps, tickers, ended) };
        ended = undefined;
      }
      if (isInside) await deps.pace(tickAtMs);
      yield { kind: 'tick', tickAtMs };
      const { quotes, otherwise } = settleAgain(said, lastPrices, settings.rules);
      open.said.push(...said);
      open.settledOtherwise += otherwise;
      for (const { ticker, quotedAtMs, ...quote } of quotes) {
        const price = Number(toDecimal(quote.price));
        lastPrices.set(ticker, price);
        tickers.get(ticker)?.publish(quotedAtMs, price);
        if (!isInside) continue;
        for (const firing of alerts.publish({ ticker, price, quotedAtMs, tickAtMs }))
          yield { kind: 'firing', firing };
      }
    }
    if (ended !== undefined) yield { kind: 'hour', hour: await endHour(deps, tickers, ended) };
    ended = isInside ? open : undefined;
  }
}

/** What was said in the ticks of an hour, of all tickers, by time. */
async function ticksOf(
  reader: QuoteReader,
  tickers: readonly string[],
  hourMs: number,
): Promise<[number, ArchivedQuote[]][]> {
  const said: ArchivedQuote[] = [];
  for (const ticker of tickers) said.push(...(await reader.hour(ticker, hourMs)));
  return [...groupBy(said, ({ tickAtMs }) => tickAtMs)].sort(([a], [b]) => a - b);
}

const keyOf = ({ ticker, source, receivedAtMs, price }: SourceQuote) =>
  `${ticker} ${source} ${receivedAtMs} ${price}`;

/** Settles a tick; how old a quote was when it was published, only the archive can tell. */
function settleAgain(
  said: readonly ArchivedQuote[],
  lastPrices: ReadonlyMap<string, number>,
  rules: SettleRules,
): { quotes: SettledQuote[]; otherwise: number } {
  const reasons = new Map(said.map(({ quote, reason }) => [keyOf(quote), reason]));
  const isTooOld = (quote: SourceQuote) => reasons.get(keyOf(quote)) === 'too_old';
  const quotes = said.map(({ quote }) => quote);
  const settlement = settleTick(quotes, isTooOld, lastPrices, rules);
  const otherwise = settlement.verdicts.filter(({ quote, reason }) => reasons.get(keyOf(quote)) !== reason);
  return { quotes: settlement.quotes, otherwise: otherwise.length };
}

async function endHour(
  { settings, firstTickMs }: Pick<ReplayDeps, 'settings' | 'firstTickMs'>,
  tickers: ReadonlyMap<string, TickerReplay>,
  { hourMs, said, settledOtherwise }: OpenHour,
): Promise<ReplayedHour> {
  const sum: Comparison = { compared: 0, written: 0, differences: [] };
  for (const ticker of tickers.values()) {
    const { compared, written, differences } = await ticker.endHour(hourMs);
    sum.compared += compared;
    sum.written += written;
    sum.differences.push(...differences);
  }
  const toMs = hourMs + HOUR_MS;
  // As validateHour does: nothing was due before the first tick of all. What sources failed at is not in the archive.
  const fromMs = Math.max(hourMs, Math.min(firstTickMs ?? hourMs, toMs));
  const quotes = said.filter(({ quote }) => settings.quality.tickers.includes(quote.ticker)).map(asJudged);
  return {
    ...{ hourMs, ...sum, quotes: said.length, settledOtherwise },
    result: resultOf(sum, settledOtherwise),
    quality: judgeHour({ ...settings.quality, quotes, failures: [], fromMs, toMs }),
  };
}

function resultOf({ compared, written, differences }: Comparison, settledOtherwise: number) {
  if (differences.length > 0 || settledOtherwise > 0) return 'different';
  if (compared > 0) return 'identical';
  return written > 0 ? 'not archived' : 'empty';
}

const asJudged = ({ tickAtMs, quote, reason }: ArchivedQuote): QualityQuote => ({
  ...quote,
  tickAtMs,
  reason,
});

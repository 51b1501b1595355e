import type { RejectionReason, SourceName } from './quote';
import { median } from './settle';

/** What can be wrong with the data of an hour; docs/reports.md says what each means. */
export const QUALITY_RULES = [
  'schema',
  'positive_price',
  'source_time_old',
  'source_time_future',
  'spread',
  'jump_without_witness',
  'frozen_source',
  'silent_source',
  'missing_ticks',
  'too_few_sources',
] as const;
export type QualityRule = (typeof QUALITY_RULES)[number];

/** `critical` is told to operators at once, `warning` in the hour's report, `info` to whoever looks. */
export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What one source said of a ticker in one tick. Times in Unix milliseconds, prices in US dollars. */
export interface QualityQuote {
  ticker: string;
  source: SourceName;
  price: number;
  tickAtMs: number;
  /** Null where the source does not say. */
  sourceTimeMs: number | null;
  receivedAtMs: number;
  /** Null for an accepted one. */
  reason: RejectionReason | null;
}

/** What a source failed at in the hour, counted. */
export interface QualityFailure {
  source: SourceName;
  /** Null where whole replies were lost. */
  ticker: string | null;
  failure: string;
  count: number;
  firstAtMs: number;
  lastAtMs: number;
  message: string;
}

export interface QualityInput {
  tickers: readonly string[];
  sources: readonly SourceName[];
  /** By tick. */
  quotes: readonly QualityQuote[];
  failures: readonly QualityFailure[];
  /** The part of the hour in which ticks were due. */
  fromMs: number;
  toMs: number;
  tickMs: number;
  /** Sources that are asked less often than every tick. */
  slowMs: Partial<Record<SourceName, number>>;
  /** The settings `MAX_DEVIATION` and `MIN_SOURCES`. */
  maxDeviation: number;
  minSources: number;
}

export interface Violation {
  rule: QualityRule;
  /** Null where it is no single ticker's. */
  ticker: string | null;
  /** Null where it is no single source's. */
  source: SourceName | null;
  severity: Severity;
  /** How many ticks or quotes it was. */
  count: number;
  firstAtMs: number;
  lastAtMs: number;
  /** A plain sentence. */
  detail: string;
}

export interface Quality {
  violations: Violation[];
  /** The share of due ticks in which a ticker had a price, over all tickers. */
  score: number;
}

/** A source's own time may be so much older than the quote: a market in which nobody traded since is quiet. */
export const SOURCE_TIME_OLD_MS = 600_000;
/** Clocks differ by this much. */
export const SOURCE_TIME_FUTURE_MS = 5_000;
/** So many quotes of the same price and time are a frozen source, if the others' median moved by this part meanwhile. */
export const FROZEN_QUOTES = 30;
export const FROZEN_WITNESS = 0.001;
/** A source that said nothing for so long, while others did, is silent. */
export const SILENT_MS = 300_000;
/** Below this share of a ticker's ticks it is a warning, and below the second critical. */
export const TICKS_WANTED = 0.95;
export const TICKS_NEEDED = 0.5;

/**
 * What is wrong with an hour of source quotes. A source that answers the same again and again is only called frozen where the others
 * moved meanwhile, and one that answers nothing is only called silent where others answered: where nobody moved the market was
 * quiet, and where nobody answered we were not there.
 */
export function judgeHour(input: QualityInput): Quality {
  const found = new Findings();
  for (const failure of input.failures) judgeFailure(failure, found);
  for (const quote of input.quotes) judgeQuote(quote, found);
  let priced = 0;
  const due = Math.floor((input.toMs - input.fromMs) / input.tickMs);
  for (const ticker of input.tickers) {
    const ticks = ticksOf(input.quotes.filter((quote) => quote.ticker === ticker));
    judgeTicks(ticker, ticks, input, found);
    for (const source of input.sources) judgeFrozen({ ticker, source }, ticks, found);
    priced += judgeMissing(ticker, ticks, due, input, found);
  }
  judgeSilent(input, found);
  const wanted = due * input.tickers.length;
  const score = wanted === 0 ? 1 : priced / wanted;
  return { violations: found.all(), score };
}

type Found = Pick<Violation, 'rule' | 'ticker' | 'source' | 'severity' | 'detail'>;

/** Violations by rule, ticker and source; the first one's words stand, the others are counted. */
class Findings {
  readonly #found = new Map<string, Violation>();

  add(found: Found, firstAtMs: number, { count = 1, lastAtMs = firstAtMs } = {}): void {
    const key = `${found.rule} ${found.ticker} ${found.source}`;
    const before = this.#found.get(key);
    if (before === undefined) {
      this.#found.set(key, { ...found, count, firstAtMs, lastAtMs });
      return;
    }
    before.count += count;
    before.firstAtMs = Math.min(before.firstAtMs, firstAtMs);
    before.lastAtMs = Math.max(before.lastAtMs, lastAtMs);
  }

  all(): Violation[] {
    return [...this.#found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, violation]) => violation);
  }
}

interface Tick {
  atMs: number;
  quotes: QualityQuote[];
}

function ticksOf(quotes: readonly QualityQuote[]): Tick[] {
  const ticks = new Map<number, QualityQuote[]>();
  for (const quote of quotes) {
    const tick = ticks.get(quote.tickAtMs);
    if (tick === undefined) ticks.set(quote.tickAtMs, [quote]);
    else tick.push(quote);
  }
  return [...ticks].sort(([a], [b]) => a - b).map(([atMs, said]) => ({ atMs, quotes: said }));
}

/** Replies that were not in the form of their exchange; that it could not be reached is another matter. */
function judgeFailure(failure: QualityFailure, found: Findings): void {
  if (failure.failure !== 'malformed' && failure.failure !== 'empty') return;
  const { ticker, source, count, firstAtMs, lastAtMs, message } = failure;
  const detail = `${source} answered what could not be read: ${message}`;
  found.add({ rule: 'schema', ticker, source, severity: 'warning', detail }, firstAtMs, { count, lastAtMs });
}

function judgeQuote(quote: QualityQuote, found: Findings): void {
  const { ticker, source, price, sourceTimeMs, receivedAtMs, tickAtMs } = quote;
  const of = { ticker, source };
  if (!Number.isFinite(price) || price <= 0) {
    const detail = `${source} said that ${ticker} costs ${price}`;
    found.add({ ...of, rule: 'positive_price', severity: 'critical', detail }, tickAtMs);
  }
  if (sourceTimeMs === null) return;
  const ageMs = receivedAtMs - sourceTimeMs;
  if (ageMs > SOURCE_TIME_OLD_MS) {
    const detail = `${source} said a price of ${ticker} that was ${Math.round(ageMs / 1_000)} s old`;
    found.add({ ...of, rule: 'source_time_old', severity: 'warning', detail }, tickAtMs);
  }
  if (ageMs < -SOURCE_TIME_FUTURE_MS) {
    const detail = `${source} said a price of ${ticker} of ${Math.round(-ageMs / 1_000)} s in the future`;
    found.add({ ...of, rule: 'source_time_future', severity: 'warning', detail }, tickAtMs);
  }
}

function judgeTicks(ticker: string, ticks: readonly Tick[], input: QualityInput, found: Findings): void {
  const of = { ticker, source: null };
  let last: number | undefined;
  for (const { atMs, quotes } of ticks) {
    const prices = quotes.map(({ price }) => price).filter((price) => price > 0);
    const accepted = quotes.filter(({ reason }) => reason === null);
    const middle = prices.length === 0 ? Number.NaN : median(prices);
    const spread = prices.length < 2 ? 0 : (Math.max(...prices) - Math.min(...prices)) / middle;
    if (spread > input.maxDeviation) {
      const detail = `The sources of ${ticker} lay ${percent(spread)} apart`;
      found.add({ ...of, rule: 'spread', severity: 'warning', detail }, atMs);
    }
    if (accepted.length < input.minSources || accepted.length === 0) {
      const detail = `${accepted.length} of ${Math.max(1, input.minSources)} sources agreed on ${ticker}: it was stale`;
      found.add({ ...of, rule: 'too_few_sources', severity: 'warning', detail }, atMs);
      continue;
    }
    const price = median(accepted.map((quote) => quote.price));
    const moved = last === undefined ? 0 : Math.abs(price / last - 1);
    const [witness] = accepted;
    if (accepted.length === 1 && witness !== undefined && moved > input.maxDeviation) {
      const detail = `${witness.source} alone said that ${ticker} moved by ${percent(moved)} in one tick`;
      found.add(
        { ticker, source: witness.source, rule: 'jump_without_witness', severity: 'critical', detail },
        atMs,
      );
    }
    last = price;
  }
}

function judgeFrozen(
  of: { ticker: string; source: SourceName },
  ticks: readonly Tick[],
  found: Findings,
): void {
  let stretch: QualityQuote[] = [];
  let others: number[] = [];
  const end = () => {
    const [first] = stretch;
    const last = stretch.at(-1);
    const range = others.length === 0 ? 0 : Math.max(...others) / Math.min(...others) - 1;
    if (stretch.length >= FROZEN_QUOTES && range > FROZEN_WITNESS && first && last) {
      const detail =
        `${of.source} said ${first.price} for ${of.ticker} ${stretch.length} times in a row, while the others ` +
        `moved by ${percent(range)}`;
      const times = { count: stretch.length, lastAtMs: last.tickAtMs };
      found.add({ ...of, rule: 'frozen_source', severity: 'warning', detail }, first.tickAtMs, times);
    }
    stretch = [];
    others = [];
  };
  for (const { quotes } of ticks) {
    const own = quotes.find(({ source }) => source === of.source);
    if (own === undefined) continue;
    const [first] = stretch;
    if (first && (first.price !== own.price || first.sourceTimeMs !== own.sourceTimeMs)) end();
    stretch.push(own);
    const rest = quotes.filter(({ source, price }) => source !== of.source && price > 0);
    if (rest.length > 0) others.push(median(rest.map(({ price }) => price)));
  }
  end();
}

/** @returns in how many of the due ticks the ticker had a price */
function judgeMissing(
  ticker: string,
  ticks: readonly Tick[],
  due: number,
  input: QualityInput,
  found: Findings,
): number {
  const priced = ticks.filter(({ quotes }) => {
    const accepted = quotes.filter(({ reason }) => reason === null).length;
    return accepted > 0 && accepted >= input.minSources;
  }).length;
  const share = due === 0 ? 1 : priced / due;
  if (share < TICKS_WANTED) {
    const severity = share < TICKS_NEEDED ? 'critical' : 'warning';
    const detail = `${ticker} had a price in ${priced} of ${due} ticks`;
    const times = { count: due - priced, lastAtMs: input.toMs };
    found.add({ rule: 'missing_ticks', ticker, source: null, severity, detail }, input.fromMs, times);
  }
  return Math.min(priced, due);
}

/** Gaps in what a source said, measured in the ticks of the others: a pause of ours is nobody's silence. */
function judgeSilent(input: QualityInput, found: Findings): void {
  const all = ticksOf(input.quotes);
  for (const source of input.sources) {
    const slow = input.slowMs[source] ?? 0;
    const allowed = Math.max(SILENT_MS, 3 * slow);
    let since = input.fromMs;
    let silent: { atMs: number; ticks: number } | undefined;
    const end = (atMs: number) => {
      if (silent !== undefined && atMs - silent.atMs > allowed && silent.ticks > 0) {
        const minutes = Math.round((atMs - silent.atMs) / 60_000);
        const detail = `${source} said nothing for ${minutes} min, while others did`;
        const times = { count: silent.ticks, lastAtMs: atMs };
        found.add(
          { rule: 'silent_source', ticker: null, source, severity: 'warning', detail },
          silent.atMs,
          times,
        );
      }
      silent = undefined;
    };
    let lastTick = input.fromMs;
    for (const { atMs, quotes } of all) {
      if (atMs - lastTick > SILENT_MS) {
        end(lastTick);
        since = atMs;
      }
      lastTick = atMs;
      if (quotes.some((quote) => quote.source === source)) {
        end(atMs);
        since = atMs;
      } else {
        silent ??= { atMs: since, ticks: 0 };
        silent.ticks += 1;
      }
    }
    end(lastTick);
  }
}

const percent = (fraction: number) => `${Number((fraction * 100).toPrecision(3))} %`;

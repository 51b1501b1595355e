import { ApplicationFailure, activityInfo, log } from '@temporalio/activity';
import type { Kysely } from 'kysely';
import { claimCrossed } from '../db/claims';
import { recordGaps, recordPast } from '../db/gaps';
import { lockForPublishing } from '../db/publish-lock';
import { beginTick, lastPrices, storeQuotes } from '../db/publishing';
import { countSourceFailures } from '../db/quality';
import type { Database } from '../db/schema';
import { readTurn, recordSourceHealth, restSource, type SourceHealth } from '../db/source-health';
import { storeSourceQuotes } from '../db/source-quotes';
import { isDue } from '../domain/due';
import type { FailureKind, Market, SourceFailure, SourceName, SourceQuote, Verdict } from '../domain/quote';
import { type Settlement, type SettleRules, settleTick } from '../domain/settle';
import { firings, sourceQuotes, tickDuration, ticks } from '../metrics/metrics';
import { createRuleClaims } from './rules';
import type { Source } from './sources/source';

/** One source's part in a tick. */
export interface SourceAnswer {
  source: SourceName;
  /** False where the source rests, or its own slower interval has not passed. */
  asked: boolean;
  quotes: SourceQuote[];
  failures: SourceFailure[];
}

export interface PublishInput {
  /** The tick's time, Unix milliseconds. */
  tickAtMs: number;
  answers: SourceAnswer[];
}

export interface PublishResult {
  /** False where this tick or a later one was published before. */
  published: boolean;
  quotes: number;
  stale: { ticker: string; reason: string }[];
  fired: number;
}

export interface QuoteActivities {
  fetchQuotes(input: { source: SourceName }): Promise<SourceAnswer>;
  publishQuotes(input: PublishInput): Promise<PublishResult>;
}

export interface QuoteDeps {
  db: Kysely<Database>;
  market: Market;
  tickers: readonly string[];
  sources: readonly Source[];
  rules: SettleRules;
  quoteTtlMs: number;
  ingestIntervalMs: number;
  /** How far before a ticker's first quote of all its minutes are fetched; 0: not at all. */
  backfillMs: number;
  /** The interval of sources that are not asked at every tick. */
  slowIntervalsMs: Partial<Record<SourceName, number>>;
  /** Wakes the workflows of claimed alerts, for a moment; never fails the tick. */
  wakeClaimed: () => Promise<void>;
  /** Hears that source quotes were stored; must not throw. Nobody where nothing is archived. */
  onStored?: () => void;
}

/** Failures that a second try within the tick may cure. */
const PASSING: ReadonlySet<FailureKind> = new Set(['timed_out', 'unreachable', 'unavailable']);

/** Asking the sources and publishing what they agree on. */
export function createQuoteActivities(deps: QuoteDeps): QuoteActivities {
  const { db, market } = deps;
  const rules = createRuleClaims(market);
  return {
    async fetchQuotes({ source: name }) {
      const source = deps.sources.find((candidate) => candidate.name === name);
      if (source === undefined)
        throw ApplicationFailure.nonRetryable(`There is no source ${name}`, 'UnknownSource');
      if (
        !isDue(
          await readTurn(db, market, name),
          Date.now(),
          deps.slowIntervalsMs[name],
          deps.ingestIntervalMs,
        )
      ) {
        return { source: name, asked: false, quotes: [], failures: [] };
      }
      const { quotes, failures } = await source.fetch([...deps.tickers]);
      const limited = failures.find((failure) => failure.kind === 'rate_limited');
      if (limited) await restSource(db, market, name, limited.retryAfterMs);
      const lost = quotes.length === 0 ? failures.find((failure) => PASSING.has(failure.kind)) : undefined;
      if (lost && !limited && activityInfo().attempt === 1) {
        throw ApplicationFailure.retryable(lost.message, lost.kind);
      }
      return { source: name, asked: true, quotes, failures };
    },

    async publishQuotes({ tickAtMs, answers }) {
      const tickAt = new Date(tickAtMs);
      const oldest = Date.now() - deps.quoteTtlMs;
      const said = answers.flatMap((answer) => answer.quotes);
      const isTooOld = (quote: SourceQuote) => quote.receivedAtMs <= oldest;
      let verdicts: Verdict[] = [];
      const result = await db
        .transaction()
        .setIsolationLevel('read committed')
        .execute(async (trx): Promise<PublishResult> => {
          await lockForPublishing(trx, market);
          if (!(await beginTick(trx, market, tickAt)))
            return { published: false, quotes: 0, stale: [], fired: 0 };
          const last = await lastPrices(trx, market, [...deps.tickers]);
          const settlement = settleTick(said, isTooOld, last, deps.rules);
          await storeQuotes(trx, market, tickAt, settlement.quotes);
          verdicts = settlement.verdicts;
          await storeSourceQuotes(trx, market, tickAt, verdicts);
          await recordGaps(trx, market, tickAt, deps.ingestIntervalMs);
          await recordPast(trx, market, tickAt, deps.backfillMs);
          const fired =
            (await claimCrossed(trx, market, tickAt)) + (await rules.claim(trx, settlement.quotes));
          await recordSourceHealth(trx, market, tickAt, healths(answers, settlement));
          await countSourceFailures(trx, market, tickAt, failuresOf(answers));
          return { published: true, quotes: settlement.quotes.length, stale: settlement.stale, fired };
        });
      count(tickAtMs, result, verdicts, answers);
      if (result.fired > 0) log.info(`${result.fired} alert${result.fired === 1 ? '' : 's'} fired`);
      for (const { ticker, reason } of result.stale)
        log.warn(`${ticker} has no quote in this tick: ${reason}`);
      if (result.published) deps.onStored?.();
      await deps.wakeClaimed();
      return result;
    },
  };
}

/** Counts what a tick came to; of one that was ignored, that it was. */
function count(
  tickAtMs: number,
  { published, fired }: PublishResult,
  verdicts: readonly Verdict[],
  answers: readonly SourceAnswer[],
): void {
  ticks.inc({ result: published ? 'published' : 'ignored' });
  if (!published) return;
  tickDuration.observe(Math.max(0, Date.now() - tickAtMs) / 1_000);
  firings.inc({ by: 'tick' }, fired);
  for (const { quote, reason } of verdicts)
    sourceQuotes.inc({ source: quote.source, result: reason ?? 'accepted' });
  for (const { source, failures } of answers)
    for (const { kind } of failures) sourceQuotes.inc({ source, result: kind });
}

const failuresOf = (answers: SourceAnswer[]) =>
  answers.flatMap(({ source, failures }) => failures.map((failure) => ({ ...failure, source })));

function healths(answers: SourceAnswer[], settlement: Settlement): SourceHealth[] {
  return answers
    .filter((answer) => answer.asked)
    .map(({ source, quotes, failures }) => ({
      name: source,
      succeeded: quotes.length > 0,
      // What took the whole reply tells more than what took one ticker.
      failure: failures.find((failure) => failure.ticker === undefined) ?? failures[0],
      deviation: settlement.deviations[source],
    }));
}

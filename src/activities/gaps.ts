import { heartbeat, log, sleep } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import type { Kysely } from 'kysely';
import { candlesCame } from '../analysis';
import { claimLate, type LateMinutes, lateCrossed } from '../db/claims';
import { advanceGap, type Gap, nextGap, recordGapFailure, storeFetchedCandles } from '../db/gaps';
import type { Database } from '../db/schema';
import { readTurn, restSource } from '../db/source-health';
import { agreeOnCandles, MINUTE_MS } from '../domain/candle';
import { isDue } from '../domain/due';
import type { Market } from '../domain/quote';
import type { SettleRules } from '../domain/settle';
import { TASK_QUEUES } from '../domain/task-queues';
import { firings } from '../metrics/metrics';
import { type CandleReply, type CandleSource, MOST_MINUTES } from './sources/candle-source';

export interface FillResult {
  /** Minutes that were stored. */
  filled: number;
  /** Alerts that fired late. */
  fired: number;
  /** Whether more is to be filled now. */
  left: boolean;
}

export interface GapActivities {
  fillGaps(): Promise<FillResult>;
}

export interface GapDeps {
  db: Kysely<Database>;
  market: Market;
  sources: readonly CandleSource[];
  rules: SettleRules;
  /** How far after a minute its price still counts in statistics and anomalies, milliseconds. */
  reachMs: number;
  /** The pause between two questions to the same exchange: 1 s is a sixth of what the strictest of them allows. */
  paceMs: number;
  /** Wakes the workflows of claimed alerts, for a moment; never fails. */
  wakeClaimed: () => Promise<void>;
}

/** A worker that is told to stop ends what it has begun: one run must not take longer than that may. */
const FILL_FOR_MS = 5_000;
const ALERTS_AT_ONCE = 500;
/** With pauses that double from 5 s to 10 minutes, about three quarters of an hour. */
const MOST_FAILURES = 10;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 600_000;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** Fetching the minutes in which nothing was published, and firing what was crossed in them. */
export function createGapActivities(deps: GapDeps): GapActivities {
  const { db, market } = deps;
  return {
    async fillGaps() {
      const deadline = Date.now() + FILL_FOR_MS;
      const result = { filled: 0, fired: 0 };
      for (;;) {
        const gap = await nextGap(db, market);
        if (gap === undefined) return { ...result, left: false };
        if (Date.now() > deadline) return { ...result, left: true };
        const page = await fillPage(gap);
        result.filled += page.filled;
        result.fired += page.fired;
        heartbeat(result);
        await sleep(deps.paceMs);
      }
    },
  };

  /** The next minutes of a gap, as many as one question may be about. Run again, it comes to the same. */
  async function fillPage(gap: Gap): Promise<{ filled: number; fired: number }> {
    const from = gap.filledTo;
    const to = new Date(Math.min(gap.to.getTime(), from.getTime() + MOST_MINUTES * MINUTE_MS));
    const replies = await ask(gap.ticker, from.getTime(), to.getTime());
    if (replies.length === 0) {
      await advanceGap(db, gap.id, to, `None of the exchanges has minutes of ${gap.ticker}`);
      return { filled: 0, fired: 0 };
    }
    const failures = replies.flatMap((reply) => reply.failure?.message ?? []);
    const candles = agreeOnCandles(
      replies.flatMap((reply) => reply.candles),
      deps.rules,
    );
    // Who answers with nothing may keep no minutes of so long ago, while those who do could not be asked.
    if (failures.length > 0 && candles.length === 0) {
      await giveUpOrWait(gap, to, failures.join('; '));
      return { filled: 0, fired: 0 };
    }
    const filled = await storeFetchedCandles(db, market, gap.ticker, candles);
    const fired = await claimCrossedIn({ market, ticker: gap.ticker, from, to, nextSeq: gap.nextSeq });
    // Also where none is new: they may have been stored by somebody who stopped here.
    if (candles.length > 0) {
      const span = { market, ticker: gap.ticker, fromMs: from.getTime(), toMs: to.getTime() };
      await candlesCame(db, span, deps.reachMs);
    }
    // Only now: until then, this page is done once more by whoever goes on.
    await advanceGap(db, gap.id, to, failures.length > 0 ? failures.join('; ') : null);
    return { filled, fired };
  }

  async function ask(ticker: string, fromMs: number, toMs: number): Promise<CandleReply[]> {
    const listing = deps.sources.filter((source) => source.lists(ticker));
    return await Promise.all(
      listing.map(async (source) => {
        const turn = await readTurn(db, market, source.name);
        if (!isDue(turn, Date.now(), undefined, 0)) {
          const message = `${source.name} rests, as it was asked too often`;
          return { candles: [], failure: { kind: 'rate_limited' as const, message } };
        }
        const reply = await source.fetch({ ticker, fromMs, toMs });
        if (reply.failure?.kind === 'rate_limited')
          await restSource(db, market, source.name, reply.failure.retryAfterMs);
        return reply;
      }),
    );
  }

  async function giveUpOrWait(gap: Gap, to: Date, reason: string): Promise<void> {
    if (gap.failures + 1 >= MOST_FAILURES) {
      log.warn(`Minutes of ${gap.ticker} could not be fetched: ${reason}`, { from: gap.filledTo, to });
      return await advanceGap(db, gap.id, to, reason);
    }
    const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** gap.failures);
    await recordGapFailure(db, gap.id, reason, pauseMs);
  }

  async function claimCrossedIn(minutes: LateMinutes): Promise<number> {
    let fired = 0;
    let afterId = FIRST_ID;
    for (;;) {
      const page = await lateCrossed(db, minutes, afterId, ALERTS_AT_ONCE);
      for (const alertId of page) {
        if ((await claimLate(db, alertId, minutes)) !== undefined) fired += 1;
      }
      if (page.length > 0) {
        heartbeat();
        await deps.wakeClaimed();
      }
      if (page.length < ALERTS_AT_ONCE) break;
      afterId = page.at(-1) as string;
    }
    firings.inc({ by: 'late' }, fired);
    if (fired > 0) log.info(`${fired} alert${fired === 1 ? '' : 's'} fired late`, { ticker: minutes.ticker });
    return fired;
  }
}

/** Starts the filling of gaps, or leaves it running: there is one at most. */
export async function startFilling(client: Client): Promise<void> {
  await client.workflow.start('fillGaps', {
    taskQueue: TASK_QUEUES.ingestion,
    workflowId: 'fill-gaps',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
}

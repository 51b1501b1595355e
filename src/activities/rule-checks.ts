import type { Kysely } from 'kysely';
import { recordCheck, recordRest } from '../db/checks';
import { type CheckedRule, expireRule, owedBy, readRule } from '../db/rule-checks';
import type { Database } from '../db/schema';
import { insertOwed } from '../db/watches';
import { MAX_CHECK_DELAY_MS } from '../domain/alert';
import { ruleText } from '../domain/rule-text';
import { owedMessages } from './owed-messages';

/** What the workflow of an alert with a rule finds when it looks at its row. */
export interface RuleCheck {
  /** `fired`: for the last time. */
  state: 'waiting' | 'paused' | 'fired' | 'expired' | 'deleted';
  ticker: string;
  condition: string;
  /** Its threshold, or the lower end of its range. */
  target: number;
  /** What it waits for, in a line. */
  summary: string;
  /** Of its metric, when a tick looked at it last. */
  lastValue: string | null;
  /** Messages that are to be delivered. */
  owed: string[];
  nextCheckMs: number;
}

export interface RuleCheckActivities {
  checkRule(input: { alertId: string }): Promise<RuleCheck>;
}

/** What is owed beyond these is told to its workflow again by the reconciliation. */
const MOST_OWED = 200;
/** A timer may fire a little early by the database's clock. */
const AFTER_EXPIRY_MS = 1_000;

/** The look that the workflow of an alert with a rule takes at its row; it has it expire when its time has come. */
export function createRuleCheckActivities({ db }: { db: Kysely<Database> }): RuleCheckActivities {
  return {
    async checkRule({ alertId }) {
      let alert = await readRule(db, alertId);
      if (alert?.hasExpired && (alert.status === 'active' || alert.status === 'paused')) {
        await expire(alertId);
        alert = await readRule(db, alertId);
      }
      if (alert === undefined) return GONE;
      const state = stateOf(alert);
      const owed = state === 'deleted' ? [] : await owedBy(db, alertId, MOST_OWED);
      const nextCheckMs = untilNextCheck(alert);
      if (state === 'waiting') await recordCheck(db, alertId, { ...alert, lastSeq: null }, nextCheckMs);
      else await recordRest(db, alertId, alert.version);
      const { ticker, condition, rule, lastValue } = alert;
      return {
        ...{ state, ticker, condition, owed, nextCheckMs },
        target: rule.bounds[0],
        summary: ruleText(ticker, rule),
        lastValue: lastValue === null ? null : String(lastValue),
      };
    },
  };

  async function expire(alertId: string): Promise<void> {
    await db
      .transaction()
      .setIsolationLevel('read committed')
      .execute(async (trx) => {
        const expired = await expireRule(trx, alertId);
        if (!expired?.events.includes('expired')) return;
        const facts = {
          type: 'alert.expired' as const,
          ...{ alert: expired, market: expired.market, nowMs: Date.now() },
          more: { expires_at: expired.expiresAt?.toISOString() },
        };
        await insertOwed(trx, expired.market, owedMessages(expired, facts, expired.firingNumber, 0));
      });
  }
}

const GONE: RuleCheck = {
  ...{ state: 'deleted', ticker: '', condition: '', target: 0, summary: 'its row is gone' },
  ...{ lastValue: null, owed: [], nextCheckMs: 0 },
};

function stateOf({ status, isWatched }: CheckedRule): RuleCheck['state'] {
  if (status === 'active') return 'waiting';
  // It may still be told that its condition has ended.
  return status === 'fired' && isWatched ? 'waiting' : status;
}

function untilNextCheck({ expiresAt }: CheckedRule): number {
  if (expiresAt === null) return MAX_CHECK_DELAY_MS;
  const untilExpiryMs = Math.max(0, expiresAt.getTime() - Date.now()) + AFTER_EXPIRY_MS;
  return Math.min(MAX_CHECK_DELAY_MS, untilExpiryMs);
}

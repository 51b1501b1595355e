import type { Kysely } from 'kysely';
import { recordCheck, recordRest } from '../db/checks';
import { type CheckedRule, owedBy, readRule } from '../db/rule-checks';
import type { Database } from '../db/schema';
import { ruleText } from '../domain/rule-text';
import { expire, untilNextCheck } from './expiry';

/** What the workflow of an alert with a rule finds when it looks at its row. */
export interface RuleCheck {
  /** `fired`: for the last time; `plain`: it no longer delivers by children, and another workflow is to look after it. */
  state: 'waiting' | 'paused' | 'fired' | 'expired' | 'deleted' | 'plain';
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
  /** Of a paused one that is to expire: when it is looked at again. */
  pausedForMs?: number;
}

export interface RuleCheckActivities {
  checkRule(input: { alertId: string }): Promise<RuleCheck>;
}

/** What is owed beyond these is told to its workflow again by the reconciliation. */
const MOST_OWED = 200;

/** The look that the workflow of an alert with a rule takes at its row; it has it expire when its time has come. */
export function createRuleCheckActivities({ db }: { db: Kysely<Database> }): RuleCheckActivities {
  return {
    async checkRule({ alertId }) {
      let alert = await readRule(db, alertId);
      if (alert?.hasExpired && (alert.isWatched || alert.status === 'active' || alert.status === 'paused')) {
        await expire(db, alertId);
        alert = await readRule(db, alertId);
      }
      if (alert === undefined) return GONE;
      const state = stateOf(alert);
      const owed = state === 'deleted' || state === 'plain' ? [] : await owedBy(db, alertId, MOST_OWED);
      const nextCheckMs = untilNextCheck(alert);
      if (state === 'plain') return { ...GONE, state };
      if (alert.status === 'active') await recordCheck(db, alertId, { ...alert, lastSeq: null }, nextCheckMs);
      // Of one that has fired for the last time, ticks alone find out that its condition has ended.
      else await recordRest(db, alertId, alert.version);
      const { ticker, condition, rule, lastValue } = alert;
      return {
        ...{ state, ticker, condition, owed, nextCheckMs },
        ...(state === 'paused' && alert.expiresAt !== null && { pausedForMs: nextCheckMs }),
        target: rule.bounds[0],
        summary: ruleText(ticker, rule),
        lastValue: lastValue === null ? null : String(lastValue),
      };
    },
  };
}

const GONE: RuleCheck = {
  ...{ state: 'deleted', ticker: '', condition: '', target: 0, summary: 'its row is gone' },
  ...{ lastValue: null, owed: [], nextCheckMs: 0 },
};

function stateOf({ status, isWatched, byChildren }: CheckedRule): RuleCheck['state'] {
  if (!byChildren && status !== 'deleted') return 'plain';
  if (status === 'active') return 'waiting';
  // It may still be told that its condition has ended.
  return status === 'fired' && isWatched ? 'waiting' : status;
}

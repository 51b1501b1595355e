import type { Kysely } from 'kysely';
import { insertRuleAlert } from '../../src/db/rule-alerts';
import type { Database } from '../../src/db/schema';
import type { AlertEvent } from '../../src/domain/alert';
import type { Rule } from '../../src/domain/rule';

/** Fires once above 100 dollars. */
export const ABOVE_100: Rule = {
  ...{ metric: 'price', condition: 'gt', bounds: [100], forMs: 0 },
  ...{ repeat: null, activeHours: null, tellsEnd: false },
};

export interface RuleWishes {
  ticker?: string;
  urls?: string[];
  events?: AlertEvent[];
  snoozedUntil?: Date;
  expiresAt?: Date;
}

/** An active alert with a rule as the API inserts it, on the replay market; identical ones are none. */
export async function seedRule(
  db: Kysely<Database>,
  userId: string,
  rule: Rule,
  wish: RuleWishes = {},
): Promise<string> {
  const { ticker = 'BTC', urls = ['http://127.0.0.1:9/hook'], events = [] } = wish;
  const [webhookUrl = '', ...moreUrls] = urls;
  const made = await db.transaction().execute((trx) =>
    insertRuleAlert(trx, {
      ...{ userId, market: 'replay', maxActive: 1_000_000, ticker, rule, webhookUrl, moreUrls, events },
      ...{
        condition: rule.condition,
        targetPrice: null,
        ruleKey: JSON.stringify([rule, wish, Math.random()]),
      },
      ...{ message: null, headers: null, note: null, labels: null },
      ...{ expiresAt: wish.expiresAt ?? null, snoozedUntil: wish.snoozedUntil ?? null },
    }),
  );
  if ('refusal' in made) throw new Error(`It was refused: ${made.refusal}`);
  return made.id;
}

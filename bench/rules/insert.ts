import { randomUUID } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../src/db/schema';
import { seriesName } from '../../src/db/series';
import { type AlertToStart, toStart } from '../../src/db/wakes';
import type { Rule } from '../../src/domain/rule';
import { interestOf, type WatchState } from '../../src/domain/rule-watch';

/** An alert with a rule, and where it stands. */
export interface StandingRule {
  ticker: string;
  rule: Rule;
  state: WatchState;
  /** When it was looked at last, Unix milliseconds. */
  seenAtMs: number;
}

/** Active alerts with rules, dealt to the users in turn, with their watches, as the API and the tick would write them. */
export async function insertRules(
  db: Kysely<Database>,
  { users, rules, url }: { users: string[]; rules: StandingRule[]; url: string },
): Promise<AlertToStart[]> {
  const rows = rules.map(({ ticker, rule, state, seenAtMs }, n) => {
    const { metric, above, below, dueAtMs } = interestOf(rule, state, seenAtMs);
    const hasTarget = rule.metric === 'price' && rule.bounds.length === 1;
    const id = randomUUID();
    return {
      ...{
        id,
        userId: users[n % users.length],
        ticker,
        condition: rule.condition,
        rule,
        state,
        above,
        below,
      },
      targetPrice: hasTarget ? rule.bounds[0] : null,
      // Nobody makes identical ones here.
      ruleKey: JSON.stringify({ ...rule, id }),
      events: rule.tellsEnd ? ['recovered'] : [],
      ...{ series: seriesName({ ticker, metric }), dueAt: dueAtMs === null ? null : new Date(dueAtMs) },
    };
  });
  const { rows: made } = await sql<AlertToStart>`
    with wished as materialized (
      select * from json_to_recordset(${JSON.stringify(rows)}) as w (
        id uuid, "userId" uuid, ticker text, condition text, "targetPrice" numeric, rule jsonb, "ruleKey" text, events json,
        series text, above float8, below float8, "dueAt" timestamptz, state jsonb
      )
    ),
    a as (
      insert into alerts (id, user_id, market, ticker, condition, target_price, rule, rule_key, events, webhook_url,
        armed_seq, checked_seq, next_check_at)
      select w.id, w."userId", 'replay', w.ticker, w.condition, w."targetPrice", w.rule, w."ruleKey",
        array(select json_array_elements_text(w.events)), ${url}, last.seq, last.seq, now()
      from wished as w
      cross join lateral (
        select coalesce(max(seq), 0) as seq from quotes
        where market = 'replay' and ticker = split_part(w.ticker, '/', 1)
      ) as last
      returning *
    ),
    watched as (
      insert into watches (alert_id, market, series, above, below, due_at, state)
      select id, 'replay', series, above, below, "dueAt", state from wished
    )
    select ${toStart} from a`.execute(db);
  return made;
}

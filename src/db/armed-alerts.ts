import { type Kysely, sql } from 'kysely';
import type { AlertStatus, Condition } from '../domain/alert';
import type { Market } from '../domain/quote';
import type { Database } from './schema';

/** An alert, and since when it waited. */
export interface ArmedAlert {
  id: string;
  ticker: string;
  condition: Condition;
  target_price: string;
  status: AlertStatus;
  /** The tick whose quote was the ticker's last when it was armed; null: there was none. Where that quote is no longer stored, about then. */
  armed_after: Date | null;
  triggered_at: Date | null;
  triggered_price: string | null;
}

/** All users' plain alerts of a market but for deleted ones, by ticker, condition and target. Reads, and locks nothing. */
export async function listArmedAlerts(db: Kysely<Database>, market: Market): Promise<ArmedAlert[]> {
  return await db
    .selectFrom('alerts as a')
    .leftJoin('quotes as q', 'q.seq', 'a.armed_seq')
    .select(['a.id', 'a.ticker', 'a.condition', 'a.target_price', 'a.triggered_at', 'a.triggered_price'])
    .select([
      sql<AlertStatus>`a.status`.as('status'),
      // Firing changes updated_at, too.
      sql<Date | null>`
        case when a.armed_seq = 0 then null
          else coalesce(q.tick_at, case a.status when 'fired' then a.created_at else a.updated_at end) end`.as(
        'armed_after',
      ),
    ])
    .where('a.market', '=', market)
    .where('a.status', '<>', 'deleted')
    .where('a.rule', 'is', null)
    .$castTo<ArmedAlert>()
    .orderBy('a.ticker')
    .orderBy('a.condition')
    .orderBy('a.target_price')
    .orderBy('a.id')
    .execute();
}

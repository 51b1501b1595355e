import type { Kysely } from 'kysely';
import pLimit from 'p-limit';
import { createAlertActivities } from '../../src/activities/alerts';
import { insertAlert } from '../../src/db/alerts';
import { lockForPublishing } from '../../src/db/publish-lock';
import { beginTick, storeQuotes } from '../../src/db/publishing';
import type { Database } from '../../src/db/schema';
import { seedRule } from '../../test/support/rules';
import { insertUsers } from '../alerts';
import { createPublisher, type Prices, TICKERS } from '../publisher';
import type { Plan, PlannedAlert } from './plan';
import type { PlannedRule } from './rules';

const USERS = 100;
const AT_A_TIME = 8;
/** How many of the waiting alerts look by themselves at each tick that claims nothing. */
const CHECKED_SHARE = 0.002;
const SAY_EVERY_MS = 5_000;

/** What a replay did: the alerts' ids in the plan's order, and how many plain ones were fired by their own check. */
export interface Replayed {
  ids: string[];
  ruleIds: string[];
  byOwnCheck: number;
}

/** Runs a plan's ticks through the real `publishQuotes` and `checkAlert`; the tick's time is `timeOf(tick)`. */
export async function replay(
  db: Kysely<Database>,
  plan: Plan,
  timeOf: (tick: number) => number,
  say: (what: string) => void,
): Promise<Replayed> {
  // Nobody is told: what is measured is what is claimed.
  const publish = createPublisher(db, async () => {});
  const { checkAlert } = createAlertActivities({ db, reopenAfterReset: async () => false });
  const limit = pLimit(AT_A_TIME);
  const users = await insertUsers(db, USERS);
  const [ids, ruleIds]: [string[], string[]] = [[], []];
  const waiting = new Set<string>();
  let byOwnCheck = 0;
  let saidAt = Date.now();

  for (const [tick, prices] of plan.ticks.entries()) {
    const at = timeOf(tick);
    if (plan.unclaimed[tick]) await storeOnly(db, at, prices);
    else await publish(at, prices, at);
    if (plan.unclaimed[tick]) {
      if (!plan.unclaimed[tick - 1]) await refresh();
      const isLast = !plan.unclaimed[tick + 1];
      await check([...waiting].filter(() => isLast || plan.random() < CHECKED_SHARE));
    }
    while (plan.alerts[ids.length]?.afterTick === tick) {
      const id = await insert(
        db,
        plan.alerts[ids.length] as PlannedAlert,
        users[ids.length % USERS] as string,
      );
      ids.push(id);
      waiting.add(id);
    }
    while (plan.rules[ruleIds.length]?.afterTick === tick) {
      const { ticker, rule } = plan.rules[ruleIds.length] as PlannedRule;
      const user = users[ruleIds.length % USERS] as string;
      ruleIds.push(await seedRule(db, user, rule, { ticker, events: rule.tellsEnd ? ['recovered'] : [] }));
    }
    if (Date.now() - saidAt > SAY_EVERY_MS) {
      saidAt = Date.now();
      say(`tick ${tick} of ${plan.ticks.length}`);
    }
  }
  return { ids, ruleIds, byOwnCheck };

  /** Forgets those that ticks have claimed meanwhile. */
  async function refresh(): Promise<void> {
    const rows = await db.selectFrom('alerts').select('id').where('status', '=', 'active').execute();
    const active = new Set(rows.map((row) => row.id));
    for (const id of waiting) if (!active.has(id)) waiting.delete(id);
  }

  async function check(alertIds: string[]): Promise<void> {
    await Promise.all(
      alertIds.map((alertId) =>
        limit(async () => {
          const { state } = await checkAlert({ alertId });
          if (state !== 'fired') return;
          waiting.delete(alertId);
          byOwnCheck += 1;
        }),
      ),
    );
  }
}

/** A tick as `publishQuotes` stores it, but without its claim. */
async function storeOnly(db: Kysely<Database>, atMs: number, prices: Prices): Promise<void> {
  const quotes = TICKERS.map((ticker) => ({
    ticker,
    price: prices[ticker],
    quotedAtMs: atMs,
    sources: ['binance' as const],
    spread: 0,
    isJump: false,
  }));
  await db.transaction().execute(async (trx) => {
    await lockForPublishing(trx, 'replay');
    if (!(await beginTick(trx, 'replay', new Date(atMs)))) throw new Error('The tick was published before');
    await storeQuotes(trx, 'replay', new Date(atMs), quotes);
  });
}

async function insert(db: Kysely<Database>, alert: PlannedAlert, userId: string): Promise<string> {
  const { ticker, condition, targetPrice } = alert;
  const webhookUrl = 'http://127.0.0.1:9/hook';
  const line = { ticker, condition, targetPrice, webhookUrl };
  const row = await insertAlert(db, { ...line, userId, market: 'replay', maxActive: 1_000_000 });
  if ('refusal' in row) throw new Error(`Refused (${row.refusal}): ${JSON.stringify(alert)}`);
  return row.id;
}

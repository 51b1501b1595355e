import { type Kysely, sql } from 'kysely';
import type { Database } from '../../src/db/schema';
import { type Plan, scanForFiring } from './plan';
import { evaluateRules, eventText } from './rules';

export interface Comparison {
  fired: number;
  expected: number;
  /** One sentence for each alert that did not do what it should. */
  differences: string[];
}

interface Firing {
  price: number;
  atMs: number;
  deliveries: number;
}

/**
 * Holds what became of the plain alerts against a scan of every tick.
 * @param timeOf a tick's time, Unix milliseconds
 */
export async function comparePlain(
  db: Kysely<Database>,
  plan: Plan,
  ids: string[],
  timeOf: (tick: number) => number,
): Promise<Comparison> {
  const fired = await readFirings(db);
  let expected = 0;
  const differences: string[] = [];
  for (const [n, alert] of plan.alerts.entries()) {
    const should = scanForFiring(plan.ticks, alert);
    const wanted = should && { price: should.price, atMs: timeOf(should.tick), deliveries: 1 };
    if (wanted) expected += 1;
    const found = fired.get(ids[n] as string);
    const isSame =
      found?.price === wanted?.price &&
      found?.atMs === wanted?.atMs &&
      found?.deliveries === wanted?.deliveries;
    if (!isSame) differences.push(difference(alert, wanted ?? 'never', found ?? 'never'));
  }
  return { fired: fired.size, expected, differences };
}

/**
 * Holds all that alerts with rules told, the ends of their conditions too, against a look at each of them at every tick that
 * claims, in memory.
 * @param timeOf a tick's time, Unix milliseconds
 */
export async function compareRules(
  db: Kysely<Database>,
  plan: Plan,
  ids: string[],
  timeOf: (tick: number) => number,
): Promise<Comparison> {
  const wanted = await evaluateRules(plan, timeOf);
  const told = await readTold(db);
  const differences: string[] = [];
  for (const [n, { afterTick, ticker, rule }] of plan.rules.entries()) {
    const should = wanted[n]?.toSorted() ?? [];
    const found = told.get(ids[n] as string)?.toSorted() ?? [];
    if (should.join() === found.join()) continue;
    const [missing, spurious] = [without(should, found), without(found, should)];
    differences.push(difference({ afterTick, ticker, rule }, missing.slice(0, 3), spurious.slice(0, 3)));
  }
  const firings = (all: Iterable<string[]>) =>
    [...all].flat().filter((text) => text.startsWith('fired')).length;
  return { fired: firings(told.values()), expected: firings(wanted), differences };
}

const without = (some: string[], others: string[]) => some.filter((text) => !others.includes(text));

function difference(alert: unknown, wanted: unknown, found: unknown): string {
  const says = [alert, wanted, found].map((what) => JSON.stringify(what));
  return `${says[0]} should have fired: ${says[1]}, fired: ${says[2]}`;
}

async function readFirings(db: Kysely<Database>): Promise<Map<string, Firing>> {
  const { rows } = await sql<{ id: string; price: string; at: Date; deliveries: number }>`
    select a.id, a.triggered_price as price, a.triggered_at as at, count(d.id)::int as deliveries
    from alerts as a left join deliveries as d on d.alert_id = a.id
    where a.rule is null and (a.status <> 'active' or d.id is not null)
    group by a.id`.execute(db);
  return new Map(
    rows.map(({ id, price, at, deliveries }) => [
      id,
      { price: Number(price), atMs: at.getTime(), deliveries },
    ]),
  );
}

/** What alerts with rules have told, by their ids. */
async function readTold(db: Kysely<Database>): Promise<Map<string, string[]>> {
  const { rows } = await sql<{ id: string; number: number; type: string; body: string }>`
    select d.alert_id as id, d.firing_number as number, d.type, d.body
    from deliveries as d join alerts as a on a.id = d.alert_id
    where a.rule is not null`.execute(db);
  const told = new Map<string, string[]>();
  for (const { id, number, type, body } of rows) {
    const { triggered_at, triggered_price, ended_at, price } = JSON.parse(body);
    const text = eventText(
      type === 'alert.triggered'
        ? { type: 'fired', number, atMs: Date.parse(triggered_at), price: triggered_price }
        : { type: 'ended', number, atMs: Date.parse(ended_at), price },
    );
    const before = told.get(id);
    if (before === undefined) told.set(id, [text]);
    else before.push(text);
  }
  return told;
}

import { type Kysely, sql } from 'kysely';
import { connectDatabase } from '../../src/db/connect';
import type { Database } from '../../src/db/schema';
import { MINUTE_MS, readRecordedFortnight } from '../recorded';
import { type Plan, planReplay, scanForFiring } from '../replayed/plan';
import { replay } from '../replayed/replay';
import type { Figure, Scenario } from '../scenario';
import type { Stack } from '../stack';

const ALERTS = 10_000;
const FIRST_SEED = 20_210_501;
const SHOWN = 5;

/** Whether exactly those alerts fire that should, at the first price beyond their line and not at a later one. */
export const missed: Scenario = {
  name: 'missed',
  about:
    'random alerts in the recorded fortnight, a tick a minute (its close): what fired against a scan of every tick',
  settings: {
    alerts: ALERTS,
    firstSeed: FIRST_SEED,
    ticksWithoutClaim: '20 %, left to the alerts’ own checks',
    synchronous_commit: 'off',
  },
  run: (bench) =>
    bench.withStack(async (stack) => {
      const fortnight = readRecordedFortnight();
      const size = {
        ticks: Math.ceil(fortnight.minutes / bench.shrink),
        alerts: Math.ceil(ALERTS / bench.shrink),
      };
      const timeOf = (tick: number) => fortnight.startsAtMs + (tick + 1) * MINUTE_MS;
      // No time is measured here, so the rounds need not take turns.
      const rounds = await Promise.all(
        Array.from({ length: bench.rounds }, async (_, round): Promise<Round> => {
          const seed = FIRST_SEED + round;
          const say = (what: string) => bench.say(`seed ${seed}: ${what}`);
          const plan = planReplay(fortnight, size, seed);
          const db = await openDatabase(stack);
          try {
            const { ids, byOwnCheck } = await replay(db, plan, timeOf, say);
            const result = compare(plan, ids, await readFirings(db), timeOf);
            for (const difference of result.differences.slice(0, SHOWN)) say(difference);
            return { ...result, byOwnCheck };
          } finally {
            await db.destroy();
          }
        }),
      );
      return figures(size, rounds);
    }),
};

interface Firing {
  price: number;
  atMs: number;
  deliveries: number;
}

interface Comparison {
  fired: number;
  expected: number;
  /** One sentence for each alert that did not do what the scan says. */
  differences: string[];
}

type Round = Comparison & { byOwnCheck: number };

/** A database in which a commit does not wait for the disk: what is claimed does not depend on it. */
async function openDatabase(stack: Stack): Promise<Kysely<Database>> {
  const url = new URL(await stack.newDatabase());
  url.searchParams.set('options', '-c synchronous_commit=off');
  return connectDatabase(url.href, { maxConnections: 10, onIdleError: () => {} });
}

async function readFirings(db: Kysely<Database>): Promise<Map<string, Firing>> {
  const { rows } = await sql<{ id: string; price: string; at: Date; deliveries: number }>`
    select a.id, a.triggered_price as price, a.triggered_at as at, count(d.id)::int as deliveries
    from alerts as a left join deliveries as d on d.alert_id = a.id
    where a.status <> 'active' or d.id is not null
    group by a.id`.execute(db);
  return new Map(
    rows.map(({ id, price, at, deliveries }) => [
      id,
      { price: Number(price), atMs: at.getTime(), deliveries },
    ]),
  );
}

function compare(
  plan: Plan,
  ids: string[],
  fired: Map<string, Firing>,
  timeOf: (tick: number) => number,
): Comparison {
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
    if (!isSame) {
      const says = [alert, wanted ?? 'never', found ?? 'never'].map((what) => JSON.stringify(what));
      differences.push(`${says[0]} should have fired: ${says[1]}, fired: ${says[2]}`);
    }
  }
  return { fired: fired.size, expected, differences };
}

function figures(size: { ticks: number; alerts: number }, rounds: Round[]): Figure[] {
  const of = `${size.alerts.toLocaleString('en-US')} alerts in ${size.ticks.toLocaleString('en-US')} ticks`;
  const ours = rounds.map(({ fired }) => fired);
  const floor = rounds.map(({ expected }) => expected);
  const differences = rounds.map((round) => round.differences.length);
  return [
    { what: `firings of ${of}, and by the scan`, unit: '', ours, floor },
    { what: 'of these by their own check', unit: '', ours: rounds.map(({ byOwnCheck }) => byOwnCheck) },
    {
      what: 'missed, spurious, or at another price or time',
      unit: '',
      ours: differences,
      target: 'none',
      met: differences.every((count) => count === 0),
    },
  ];
}

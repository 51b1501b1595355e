import type { Kysely } from 'kysely';
import { connectDatabase } from '../../src/db/connect';
import type { Database } from '../../src/db/schema';
import { MINUTE_MS, readRecordedFortnight } from '../recorded';
import { type Comparison, comparePlain, compareRules } from '../replayed/compare';
import { planReplay } from '../replayed/plan';
import { replay } from '../replayed/replay';
import type { Figure, Scenario } from '../scenario';
import type { Stack } from '../stack';

const ALERTS = 10_000;
const RULES = 1_000;
const FIRST_SEED = 20_210_501;
const SHOWN = 5;

/** Whether exactly those alerts fire that should, at the first price beyond their line and not at a later one. */
export const missed: Scenario = {
  name: 'missed',
  about:
    'random alerts, plain and with rules, in the recorded fortnight, a tick a minute (its close): what fired against a look at every tick',
  settings: {
    alerts: ALERTS,
    rules: RULES,
    firstSeed: FIRST_SEED,
    ticksWithoutClaim: '20 %, left to the plain alerts’ own checks',
    synchronous_commit: 'off',
  },
  run: (bench) =>
    bench.withStack(async (stack) => {
      const fortnight = readRecordedFortnight();
      const size = {
        ticks: Math.ceil(fortnight.minutes / bench.shrink),
        alerts: Math.ceil(ALERTS / bench.shrink),
        rules: Math.ceil(RULES / bench.shrink),
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
            const { ids, ruleIds, byOwnCheck } = await replay(db, plan, timeOf, say);
            const plain = await comparePlain(db, plan, ids, timeOf);
            const rules = await compareRules(db, plan, ruleIds, timeOf);
            for (const { differences } of [plain, rules])
              for (const difference of differences.slice(0, SHOWN)) say(difference);
            return { plain, rules, byOwnCheck };
          } finally {
            await db.destroy();
          }
        }),
      );
      return figures(size, rounds);
    }),
};

interface Round {
  plain: Comparison;
  rules: Comparison;
  byOwnCheck: number;
}

/** A database in which a commit does not wait for the disk: what is claimed does not depend on it. */
async function openDatabase(stack: Stack): Promise<Kysely<Database>> {
  const url = new URL(await stack.newDatabase());
  url.searchParams.set('options', '-c synchronous_commit=off');
  return connectDatabase(url.href, { maxConnections: 10, onIdleError: () => {} });
}

function figures(size: { ticks: number; alerts: number; rules: number }, rounds: Round[]): Figure[] {
  const ticks = `${size.ticks.toLocaleString('en-US')} ticks`;
  const plain = rounds.map((round) => round.plain);
  const rules = rounds.map((round) => round.rules);
  return [
    {
      what: `firings of ${size.alerts.toLocaleString('en-US')} plain alerts in ${ticks}, and by the scan`,
      ...counts(plain),
    },
    {
      what: 'of these by their own check',
      unit: '',
      ours: rounds.map(({ byOwnCheck }) => byOwnCheck),
    },
    { what: 'missed, spurious, or at another price or time', ...none(plain) },
    {
      what: `firings of ${size.rules.toLocaleString('en-US')} alerts with rules in them, and by a look at every tick`,
      ...counts(rules),
    },
    { what: 'alerts with rules that told anything else, or at another price or time', ...none(rules) },
  ];
}

const counts = (all: Comparison[]) => ({
  unit: '',
  ours: all.map(({ fired }) => fired),
  floor: all.map(({ expected }) => expected),
});

const none = (all: Comparison[]) => {
  const ours = all.map(({ differences }) => differences.length);
  return { unit: '', ours, target: 'none', met: ours.every((count) => count === 0) };
};

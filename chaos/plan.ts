import { drawLines, type Line } from './market';
import { type Random, seededRandom } from './random';

export const PARTS = ['worker', 'API', 'Temporal', 'PostgreSQL'] as const;
export type PartName = (typeof PARTS)[number];

export const LINKS = [
  'worker → PostgreSQL',
  'worker → Temporal',
  'API → PostgreSQL',
  'API → Temporal',
] as const;
export type LinkName = (typeof LINKS)[number];

/** What the receiver does with one request. `hang` answers nothing until the sender has given up. */
export type Reply = 'accept' | 'slow' | 'refuse' | 'hang up' | 'hang' | 'gone';

/** An alert to be made. Times are milliseconds after the market opens. */
export interface PlannedAlert extends Line {
  user: number;
  /** Null for one that is there when the market opens. */
  createAtMs: number | null;
  /** Absent for one that is left alone. */
  deleteAtMs?: number;
  /** What the receiver does with its first requests; further ones are accepted. */
  replies: Reply[];
}

export interface Kill {
  kind: 'kill';
  part: PartName;
  atMs: number;
  forMs: number;
}

export type Disturbance =
  | Kill
  | { kind: 'slow'; link: LinkName; atMs: number; forMs: number; latencyMs: number }
  | { kind: 'cut' | 'frozen'; link: LinkName; atMs: number; forMs: number };

/** All that happens in a run, drawn from its seed before anything starts. */
export interface Plan {
  seed: number;
  overMs: number;
  alerts: PlannedAlert[];
  /** In the order in which they begin. */
  disturbances: Disturbance[];
}

export const USERS = 5;
/** Beside the alerts that are asked for, as shares of them: some are deleted about when they fire, some never fire. */
const DELETED = 0.08;
const OUT_OF_REACH = 0.05;
/** WEBHOOK_MAX_ATTEMPTS of the run: enough for no fault to use them up. */
export const MAX_ATTEMPTS = 10;
/** How many are made while the market moves; the others wait for it. */
const MADE_LATE = 0.25;
/** In a longer run everything is killed again, once in so many milliseconds: between two kills it needs time to come up. */
const ROUND_MS = 60_000;
/** A line is crossed so long after its alert was made at least. */
const MADE_BEFORE_MS = 2_000;
const DELETED_AFTER_MS = [-2_000, 8_000] as const;
const NEEDED_TO_MAKE: PartName[] = ['API', 'PostgreSQL'];
const MOMENT_MS = [-60, 30] as const;
const DOWN_MS = [500, 5_000] as const;
const FAULT_MS = [500, 4_000] as const;
const LATENCY_MS = [20, 250] as const;

/** Draws a run of `alerts` alerts whose lines are crossed within `overMs` milliseconds. */
export function drawPlan({ seed, alerts, overMs }: { seed: number; alerts: number; overMs: number }): Plan {
  const random = seededRandom(seed);
  const deleted = Math.ceil(alerts * DELETED);
  const count = { crossed: alerts + deleted, never: Math.ceil(alerts * OUT_OF_REACH) };
  const lines = drawLines(random, count, overMs);
  const toDelete = new Set(random.shuffled(lines.slice(0, count.crossed)).slice(0, deleted));
  const kills = drawKills(random, overMs);
  return {
    seed,
    overMs,
    alerts: lines.map((line, index) => ({
      ...line,
      user: index % USERS,
      ...(toDelete.has(line)
        ? drawDeleted(random, line)
        : { createAtMs: drawCreation(random, line, kills), replies: drawReplies(random) }),
    })),
    disturbances: [...kills, ...drawFaults(random, overMs)].sort((a, b) => a.atMs - b.atMs),
  };
}

/** Most receivers of deleted alerts refuse, so that the deletion comes between attempts or in the middle of one. */
function drawDeleted(random: Random, { crossedAtMs }: Line) {
  const [earliest, latest] = DELETED_AFTER_MS;
  return {
    createAtMs: null,
    deleteAtMs: Math.max(0, (crossedAtMs ?? 0) + random.between(earliest, latest)),
    replies: Array.from({ length: 4 }, () => random.weighted({ refuse: 3, hang: 2, slow: 1 })),
  };
}

/** Half of those made late are made in the very moment in which something dies that their making needs. */
function drawCreation(random: Random, { crossedAtMs }: Line, kills: Kill[]): number | null {
  if (crossedAtMs === null || crossedAtMs < 2 * MADE_BEFORE_MS || random.between(0, 1) > MADE_LATE)
    return null;
  const latest = crossedAtMs - MADE_BEFORE_MS;
  const early = kills.filter(({ part, atMs }) => NEEDED_TO_MAKE.includes(part) && atMs < latest);
  if (early.length === 0 || random.between(0, 1) < 0.5) return random.between(0, latest);
  return Math.max(0, random.pick(early).atMs + random.between(...MOMENT_MS));
}

function drawReplies(random: Random): Reply[] {
  const first = random.weighted({
    accept: 52,
    slow: 25,
    refuse: 8,
    'hang up': 6,
    hang: 6,
    gone: 2,
    never: 1,
  });
  if (first === 'never') return Array<Reply>(MAX_ATTEMPTS).fill('refuse');
  if (first === 'accept' || first === 'slow' || first === 'gone') return [first];
  return [first, random.weighted({ accept: 6, slow: 2, refuse: 2, 'hang up': 1 })];
}

/** Everything is killed in turn, in another order each round, at some moment of its turn. */
function drawKills(random: Random, overMs: number): Kill[] {
  const turnMs = overMs / (rounds(overMs) * PARTS.length);
  const order = Array.from({ length: rounds(overMs) }, () => random.shuffled(PARTS)).flat();
  return order.map((part, turn) => ({
    kind: 'kill',
    part,
    atMs: random.between(turn, turn + 1) * turnMs,
    forMs: random.between(...DOWN_MS),
  }));
}

/** Every link is disturbed once each round. */
function drawFaults(random: Random, overMs: number): Disturbance[] {
  const roundMs = overMs / rounds(overMs);
  return Array.from({ length: rounds(overMs) }, (_, round) => round).flatMap((round) =>
    LINKS.map((link): Disturbance => {
      const kind = random.pick(['slow', 'cut', 'frozen'] as const);
      const when = { atMs: random.between(round, round + 1) * roundMs, forMs: random.between(...FAULT_MS) };
      return kind === 'slow'
        ? { kind, link, ...when, latencyMs: random.between(...LATENCY_MS) }
        : { kind, link, ...when };
    }),
  );
}

const rounds = (overMs: number) => Math.max(1, Math.round(overMs / ROUND_MS));

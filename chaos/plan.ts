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

export type Disturbance =
  | { kind: 'kill'; part: PartName; atMs: number; forMs: number }
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
/** In a longer run everything is killed again, once in so many milliseconds. */
const ROUND_MS = 30_000;
/** A line is crossed so long after its alert was made at least. */
const MADE_BEFORE_MS = 2_000;
const DELETED_AFTER_MS = [-2_000, 3_000] as const;
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
  return {
    seed,
    overMs,
    alerts: lines.map((line, index) => ({
      ...line,
      user: index % USERS,
      ...(toDelete.has(line) ? drawDeletion(random, line) : { createAtMs: drawCreation(random, line) }),
      replies: drawReplies(random),
    })),
    disturbances: [...drawKills(random, overMs), ...drawFaults(random, overMs)].sort(
      (a, b) => a.atMs - b.atMs,
    ),
  };
}

function drawDeletion(random: Random, { crossedAtMs }: Line) {
  const [earliest, latest] = DELETED_AFTER_MS;
  return { createAtMs: null, deleteAtMs: Math.max(0, (crossedAtMs ?? 0) + random.between(earliest, latest)) };
}

function drawCreation(random: Random, { crossedAtMs }: Line): number | null {
  if (crossedAtMs === null || crossedAtMs < 2 * MADE_BEFORE_MS || random.between(0, 1) > MADE_LATE)
    return null;
  return random.between(0, crossedAtMs - MADE_BEFORE_MS);
}

function drawReplies(random: Random): Reply[] {
  const first = random.weighted({ accept: 70, slow: 8, refuse: 8, 'hang up': 6, hang: 5, gone: 2, never: 1 });
  if (first === 'never') return Array<Reply>(MAX_ATTEMPTS).fill('refuse');
  if (first === 'accept' || first === 'slow' || first === 'gone') return [first];
  return [first, random.weighted({ accept: 6, slow: 1, refuse: 2, 'hang up': 1 })];
}

/** Everything is killed in turn, in another order each round, at some moment of its turn. */
function drawKills(random: Random, overMs: number): Disturbance[] {
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

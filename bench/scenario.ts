import type { Stack } from './stack';

/** One figure of a scenario: ours, and what it is held against. */
export interface Figure {
  /** What was measured, with its size: "5,000 alerts, to the last arrival". */
  what: string;
  unit: string;
  /** One value a round. */
  ours: number[];
  /** The same of the floor, measured in turns with ours; absent where the target is a number of its own. */
  floor?: number[];
  /** What the target is held against, where that is not a round's median by the floor's. */
  ratio?: number;
  /** In words, as the table shows it. */
  target?: string;
  /** Whether the target is met; judged by the scenario from medians. Absent where there is none. */
  met?: boolean;
}

export interface Bench {
  /** How often each measurement is made; three at least, unless somebody only wants a glance. */
  rounds: number;
  /** Sizes are divided by this: 1 for figures that count, more for a glance at whether it runs. */
  shrink: number;
  /** Says what is going on; on anything longer than two seconds. */
  say(what: string): void;
  /** Runs `work` on servers of its own, with an empty database and namespace, and stops them afterwards. */
  withStack<T>(work: (stack: Stack) => Promise<T>): Promise<T>;
}

export interface Scenario {
  name: string;
  /** A sentence: what is measured. */
  about: string;
  /** The configuration that the figures belong to, beside the machine's and the versions. */
  settings: Record<string, string | number>;
  run(bench: Bench): Promise<Figure[]>;
}

import { batch, type ReadonlySignal, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ApiFailure } from '../api/failure';

/** Something that the API answers, kept as fresh as somebody looks at it. */
export interface Feed<T> {
  /** The last answer. */
  data: ReadonlySignal<T | undefined>;
  /** Why the last call failed; undefined where it did not. */
  failure: ReadonlySignal<ApiFailure | undefined>;
  /** Asks now. */
  refresh(): Promise<void>;
  /** Asks soon, if anybody looks: something has changed, and more may at once. */
  nudge(): void;
  /** Has it asked again and again until the returned function is called, but never in a hidden tab. */
  watch(): () => void;
  /** Forgets everything. */
  clear(): void;
}

const feeds = new Set<Feed<unknown>>();
/** Set while the stream tells of changes, so that polling is only the net under it. */
export const streaming = signal(false);
const SLOWER_WHILE_STREAMING = 10;
/** However much changes, the API is asked no more often than it allows. */
const NUDGED_EVERY_MS = 2_500;
const NUDGED_AFTER_MS = 150;

/**
 * Makes a feed. Calls never overlap; one that is asked for meanwhile follows at once.
 * @param everyMs how long after an answer the next one is asked for
 */
export function feed<T>(load: () => Promise<T>, everyMs: number): Feed<T> {
  const data = signal<T | undefined>(undefined);
  const failure = signal<ApiFailure | undefined>(undefined);
  let watchers = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<void> | undefined;
  let again = false;
  let generation = 0;
  let askedAt = Number.NEGATIVE_INFINITY;
  let nudged: ReturnType<typeof setTimeout> | undefined;

  async function ask(): Promise<void> {
    const mine = generation;
    askedAt = performance.now();
    try {
      const answer = await load();
      if (mine !== generation) return;
      batch(() => {
        data.value = answer;
        failure.value = undefined;
      });
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      if (mine === generation) failure.value = error;
    }
  }

  async function askUntilDone(): Promise<void> {
    do {
      again = false;
      await ask();
    } while (again);
  }

  function refresh(): Promise<void> {
    if (running) {
      again = true;
      return running;
    }
    clearTimeout(timer);
    running = askUntilDone().finally(() => {
      running = undefined;
      plan();
    });
    return running;
  }

  function plan(): void {
    clearTimeout(timer);
    if (watchers === 0 || document.hidden) return;
    timer = setTimeout(refresh, streaming.value ? everyMs * SLOWER_WHILE_STREAMING : everyMs);
  }

  function onVisible(): void {
    if (document.hidden) clearTimeout(timer);
    else if (watchers > 0) void refresh();
  }

  const made: Feed<T> = {
    data,
    failure,
    refresh,
    nudge() {
      if (watchers === 0 || document.hidden || nudged !== undefined) return;
      const waitMs = Math.max(NUDGED_AFTER_MS, askedAt + NUDGED_EVERY_MS - performance.now());
      nudged = setTimeout(() => {
        nudged = undefined;
        void refresh();
      }, waitMs);
    },
    watch() {
      watchers += 1;
      if (watchers === 1) {
        document.addEventListener('visibilitychange', onVisible);
        void refresh();
      }
      return () => {
        watchers -= 1;
        if (watchers > 0) return;
        clearTimeout(timer);
        document.removeEventListener('visibilitychange', onVisible);
      };
    },
    clear() {
      generation += 1;
      data.value = undefined;
      failure.value = undefined;
    },
  };
  feeds.add(made as Feed<unknown>);
  return made;
}

/** Keeps a feed fresh while the component is on the page. */
export function useFeed<T>(watched: Feed<T>): void {
  useEffect(() => watched.watch(), [watched]);
}

/** Forgets what belonged to whoever was signed in. */
export function clearFeeds(): void {
  for (const each of feeds) each.clear();
}

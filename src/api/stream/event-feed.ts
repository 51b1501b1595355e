import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { Database } from '../../db/schema';
import { type EventPlace, eventsAfter, newestPlace, type StreamEvent } from '../../db/stream-events';

const PAGE = 500;
const AFTER_FAILURE_MS = 1_000;

export interface EventFeedHooks {
  /** Whose events are wanted in full. */
  users(): string[];
  /** Everybody's next events, in their order; `cursor` is behind them already. */
  told(events: StreamEvent[]): void;
}

/**
 * Reads the log of events for everybody who listens to this process: one query a moment, however many they are, and none
 * while there is nobody.
 */
export class EventFeed {
  readonly #db: Kysely<Database>;
  readonly #hooks: EventFeedHooks;
  readonly #log: Logger;
  readonly #everyMs: number;
  #holders = 0;
  #cursor: Promise<EventPlace> | undefined;
  #place: EventPlace = { xid: '0', seq: '0' };
  #timer: NodeJS.Timeout | undefined;
  #reading: Promise<void> | undefined;
  #isNudged = false;
  /** Whether it is known from where on there is something to read. */
  #hasBegun = false;
  #isFailing = false;

  constructor(db: Kysely<Database>, hooks: EventFeedHooks, log: Logger, everyMs: number) {
    this.#db = db;
    this.#hooks = hooks;
    this.#log = log;
    this.#everyMs = everyMs;
  }

  /** Up to where everybody was told. */
  get cursor(): EventPlace {
    return this.#place;
  }

  /** Has the log read from now on, until as many have let go as held on. */
  async hold(): Promise<void> {
    this.#holders += 1;
    this.#cursor ??= this.#begin();
    try {
      await this.#cursor;
    } catch (error) {
      this.#cursor = undefined;
      this.letGo();
      throw error;
    }
  }

  letGo(): void {
    this.#holders -= 1;
    if (this.#holders > 0) return;
    clearTimeout(this.#timer);
    this.#cursor = undefined;
    this.#hasBegun = false;
  }

  /** Something was committed just now: does not wait for the next moment. */
  nudge(): void {
    if (this.#cursor === undefined) return;
    this.#isNudged = true;
    void this.#read();
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#reading;
  }

  async #begin(): Promise<EventPlace> {
    // What was under way for others who are gone by now must not move the new cursor.
    await this.#reading;
    this.#place = await newestPlace(this.#db);
    this.#hasBegun = this.#holders > 0;
    this.#wait(this.#isNudged ? 0 : this.#everyMs);
    return this.#place;
  }

  #wait(ms: number): void {
    clearTimeout(this.#timer);
    if (this.#holders > 0) this.#timer = setTimeout(() => void this.#read(), ms);
  }

  /** Never throws; one at a time. Before there is a place to read from, it would read all that is kept. */
  async #read(): Promise<void> {
    if (!this.#hasBegun) return;
    this.#reading ??= this.#readOn().finally(() => {
      this.#reading = undefined;
      this.#wait(this.#isNudged ? 0 : this.#isFailing ? AFTER_FAILURE_MS : this.#everyMs);
    });
    await this.#reading;
  }

  async #readOn(): Promise<void> {
    this.#isNudged = false;
    try {
      for (let isMore = true; isMore && this.#hasBegun; ) {
        const events = await eventsAfter(this.#db, this.#place, this.#hooks.users(), PAGE);
        const last = events.at(-1);
        if (last !== undefined) this.#place = { xid: last.xid, seq: last.seq };
        if (events.length > 0) this.#hooks.told(events);
        isMore = events.length === PAGE;
      }
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) this.#log.warn({ err: error }, 'the events of the stream could not be read yet');
      this.#isFailing = true;
    }
  }
}

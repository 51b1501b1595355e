import type { EventPlace, StreamEvent } from '../../db/stream-events';
import { eventMessage, type Message, notice } from './message';
import type { Peer } from './peer';
import { idOf, isAfter, later } from './place';

/** What may wait in this process for one client; whatever else it is owed stays where it is. */
const ROOM_BYTES = 64 * 1024;
const PAGE = 50;

/** Where a client has its news from. */
export interface News {
  /** Up to where everybody was told of events. */
  readonly cursor: EventPlace;
  /** The events of a user behind a place, the first `limit` of them. */
  read(userId: string, place: EventPlace, limit: number): Promise<StreamEvent[]>;
  /** The newest price that may be told. */
  quote(ticker: string): Message | undefined;
  /** Hears that a client's events could not be read. */
  failed(client: StreamClient, error: unknown): void;
}

/**
 * One client's view: which prices it wants, and up to where it knows its events. Prices that it is too slow for are passed over,
 * but for the newest. Events are not: it reads those from the database as soon as there is room, and nothing is kept for it here.
 */
export class StreamClient {
  readonly tickers = new Set<string>();
  readonly #changed = new Set<string>();
  #place: EventPlace;
  /** Told already, though they come later than what is read again. */
  #told: { after: EventPlace; upTo: EventPlace } | undefined;
  #isBehind = false;
  #isReading = false;
  #resuming: { isComplete: boolean } | undefined;

  constructor(
    readonly userId: string,
    /** The key that it came with, by its SHA-256 in hex. */
    readonly keyHash: string,
    readonly peer: Peer,
    readonly news: News,
    /** Up to where it knows its events. */
    readonly startedAt: EventPlace,
  ) {
    this.#place = startedAt;
    peer.onRoom = () => this.#goOn();
  }

  get place(): EventPlace {
    return this.#place;
  }

  /** Has the client told of these tickers' prices, beginning with the present ones. */
  watch(tickers: readonly string[]): void {
    for (const ticker of tickers) {
      this.tickers.add(ticker);
      this.#changed.add(ticker);
    }
    this.#goOn();
  }

  unwatch(tickers: readonly string[]): void {
    for (const ticker of tickers) {
      this.tickers.delete(ticker);
      this.#changed.delete(ticker);
    }
  }

  /** There are new prices of these tickers. */
  quotesChanged(tickers: readonly string[]): void {
    for (const ticker of tickers) {
      if (this.tickers.has(ticker)) this.#changed.add(ticker);
    }
    this.#tellQuotes();
  }

  /** There are new events of its user; without `data`, they are to be read. */
  offer(events: readonly StreamEvent[]): void {
    if (this.#isBehind) return;
    for (const event of events) {
      if (!isAfter(event, this.#place)) continue;
      if (event.data === null || this.#isFull) {
        this.#isBehind = true;
        this.#goOn();
        return;
      }
      this.#tell(event);
    }
  }

  /**
   * Tells the events behind `place` first, and then that it is done.
   * @param isComplete whether all of them are there still
   */
  resume(place: EventPlace, isComplete: boolean): void {
    if (isAfter(this.#place, this.startedAt)) this.#told = { after: this.startedAt, upTo: this.#place };
    this.#resuming = { isComplete };
    this.#place = place;
    this.#isBehind = true;
    this.#goOn();
  }

  get #isFull(): boolean {
    return this.peer.waiting >= ROOM_BYTES;
  }

  #goOn(): void {
    if (this.#isBehind && !this.#isReading && !this.#isFull) void this.#catchUp();
    this.#tellQuotes();
  }

  #tellQuotes(): void {
    if (this.#changed.size === 0 || this.#isFull) return;
    if (this.peer.hasQuotesUnderWay) {
      this.peer.hurryQuotes();
      return;
    }
    const messages = [...this.#changed].map((ticker) => this.news.quote(ticker));
    this.#changed.clear();
    const fresh = messages.filter((message) => message !== undefined);
    if (fresh.length > 0) this.peer.sendQuotes(fresh);
  }

  #tell(event: StreamEvent): void {
    this.#place = event;
    const told = this.#told;
    if (told !== undefined && isAfter(event, told.after) && !isAfter(event, told.upTo)) return;
    this.peer.send(eventMessage(event as StreamEvent & { data: string }));
  }

  /** Reads what it was not told, as far as there is room. */
  async #catchUp(): Promise<void> {
    this.#isReading = true;
    try {
      while (this.peer.isOpen && !this.#isFull) {
        const before = this.news.cursor;
        const page = await this.news.read(this.userId, this.#place, PAGE);
        for (const event of page) this.#tell(event);
        // What was told to everybody else while this was read may be missing in it.
        if (page.length < PAGE && this.news.cursor === before) {
          this.#caughtUp();
          return;
        }
      }
    } catch (error) {
      this.news.failed(this, error);
    } finally {
      this.#isReading = false;
    }
  }

  #caughtUp(): void {
    this.#place = later(this.#place, this.news.cursor);
    this.#isBehind = false;
    this.#told = undefined;
    if (this.#resuming === undefined) return;
    const { isComplete } = this.#resuming;
    this.#resuming = undefined;
    this.peer.send(notice('resumed', { last_event_id: idOf(this.#place), complete: isComplete }));
  }
}

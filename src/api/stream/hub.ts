import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import { goodKeys } from '../../db/api-keys';
import type { Database } from '../../db/schema';
import { type EventPlace, eventsOfUser, judgePlace, type StreamEvent } from '../../db/stream-events';
import type { Market } from '../../domain/quote';
import { streams } from '../../metrics/metrics';
import type { CachedQuote, QuoteCache } from '../quote-cache';
import { StreamClient } from './client';
import { EventFeed } from './event-feed';
import { type Message, notice, quoteMessage } from './message';
import { CLOSE, GOODBYE_MS, type Peer } from './peer';
import { idOf } from './place';
import { type Seat, Seats } from './seats';

const GOING_AWAY = 'The server is stopping; connect again';

export interface StreamOptions {
  market: Market;
  tickers: readonly string[];
  stream: { maxClients: number; maxClientsPerUser: number };
}

/** How often what is done; for tests to be quick. */
export const TIMING = {
  /** The log of events is read. */
  pollMs: 250,
  /** Each client is asked whether it is still there; who did not answer until the next time is gone. */
  beatMs: 15_000,
  /** The keys of all clients are looked up again, whatever was heard of revocations. */
  recheckMs: 5_000,
  /** How long a client may take to say its key. */
  authenticateMs: 5_000,
};

/** All streams of this process: who is there, and what they are told. */
export class StreamHub {
  readonly timing: typeof TIMING;
  readonly #db: Kysely<Database>;
  readonly #market: Market;
  readonly #tickers: readonly string[];
  readonly #quotes: QuoteCache;
  readonly #log: Logger;
  readonly #seats: Seats;
  readonly #feed: EventFeed;
  readonly #peers = new Map<Peer, Seat>();
  readonly #clients = new Set<StreamClient>();
  readonly #ofUsers = new Map<string, Set<StreamClient>>();
  /** The newest quote of each ticker, encoded once for all. */
  readonly #messages = new Map<string, { quote: CachedQuote; message: Message }>();
  readonly #timers: NodeJS.Timeout[];
  #rechecking: Promise<void> | undefined;
  #isClosing = false;

  constructor(
    db: Kysely<Database>,
    options: StreamOptions,
    quotes: QuoteCache,
    log: Logger,
    timing: Partial<typeof TIMING> = {},
  ) {
    this.timing = { ...TIMING, ...timing };
    this.#db = db;
    this.#market = options.market;
    this.#tickers = options.tickers;
    this.#quotes = quotes;
    this.#log = log;
    const { maxClients: inAll, maxClientsPerUser: perUser } = options.stream;
    // Whoever has many accounts must not keep everybody else out.
    this.#seats = new Seats({ inAll, perNetwork: Math.ceil(inAll / 2), perUser });
    const hooks = {
      users: () => [...this.#ofUsers.keys()],
      told: (events: StreamEvent[]) => this.#told(events),
    };
    this.#feed = new EventFeed(db, hooks, log, this.timing.pollMs);
    this.#timers = [
      setInterval(() => this.#beat(), this.timing.beatMs),
      setInterval(() => this.#recheck(), this.timing.recheckMs),
    ];
    for (const timer of this.#timers) timer.unref();
  }

  get isClosing(): boolean {
    return this.#isClosing;
  }

  /** How many streams there are. */
  get size(): number {
    return this.#peers.size;
  }

  /** The streams of a user. */
  clientsOf(userId: string): StreamClient[] {
    return [...(this.#ofUsers.get(userId) ?? [])];
  }

  /** A seat for a stream that is about to begin; undefined where all are taken, or all that this network may have. */
  takeSeat(network: string | undefined): Seat | undefined {
    return this.#seats.take(network);
  }

  /** Knows a peer from now on, until it is gone; then its seat is free. */
  admit(peer: Peer, seat: Seat, requestId: string): void {
    this.#peers.set(peer, seat);
    streams.inc();
    const beganAt = performance.now();
    const gone = peer.onGone;
    peer.onGone = () => {
      if (this.#peers.delete(peer)) {
        streams.dec();
        this.#log.info(
          { requestId, seconds: Math.round((performance.now() - beganAt) / 1_000) },
          'A stream has ended',
        );
      }
      seat.free();
      gone();
    };
    if (!peer.isOpen) peer.onGone();
    else if (this.#isClosing) peer.close(CLOSE.goingAway, GOING_AWAY);
  }

  /**
   * Greets a peer, and tells it of a user's events from now on, or from those on that it missed.
   * @param after the last event that it knows
   * @returns undefined where the peer has gone meanwhile
   * @throws what the database says
   */
  async join(
    peer: Peer,
    user: { id: string; keyHash: string },
    after?: EventPlace,
  ): Promise<StreamClient | undefined> {
    const verdict = after && (await judgePlace(this.#db, after));
    await this.#feed.hold();
    if (!peer.isOpen || this.#isClosing) {
      this.#feed.letGo();
      return undefined;
    }
    const client = this.#add(peer, user);
    const place = verdict === 'unknown' ? client.place : (after ?? client.place);
    const content = { market: this.#market, tickers: this.#tickers, last_event_id: idOf(place) };
    peer.send(notice('ready', content, idOf(place)));
    if (verdict !== undefined) client.resume(place, verdict === 'whole');
    return client;
  }

  #add(peer: Peer, user: { id: string; keyHash: string }): StreamClient {
    const client = new StreamClient(user.id, user.keyHash, peer, this.#news, this.#feed.cursor);
    this.#clients.add(client);
    const others = this.#ofUsers.get(user.id) ?? new Set();
    this.#ofUsers.set(user.id, others.add(client));
    const gone = peer.onGone;
    peer.onGone = () => {
      this.#leave(client);
      gone();
    };
    return client;
  }

  /**
   * Has a client told what it missed since the event with this place.
   * @throws what the database says
   */
  async resume(client: StreamClient, place: EventPlace): Promise<void> {
    const verdict = await judgePlace(this.#db, place);
    client.resume(verdict === 'unknown' ? client.place : place, verdict === 'whole');
  }

  #leave(client: StreamClient): void {
    this.#clients.delete(client);
    const others = this.#ofUsers.get(client.userId);
    others?.delete(client);
    if (others?.size === 0) this.#ofUsers.delete(client.userId);
    this.#feed.letGo();
  }

  /** Prices were published. What fired by them was committed with them. */
  quotesPublished(quotes: readonly CachedQuote[]): void {
    if (quotes.length === 0) return;
    const tickers = quotes.map(({ ticker }) => ticker);
    for (const client of this.#clients) client.quotesChanged(tickers);
    this.#feed.nudge();
  }

  /** A key, by its hash in hex, may no longer be good. */
  keyRevoked(hex: string): void {
    for (const client of this.#clients) {
      if (client.keyHash === hex) this.#recheck();
    }
  }

  /** Ends all streams in order; whoever does not take part in that is cut off. */
  async close(): Promise<void> {
    this.#isClosing = true;
    for (const timer of this.#timers) clearInterval(timer);
    const gone = [...this.#peers.keys()].map((peer) => {
      const over = new Promise<void>((resolve) => {
        const before = peer.onGone;
        peer.onGone = () => {
          before();
          resolve();
        };
      });
      peer.close(CLOSE.goingAway, GOING_AWAY);
      return over;
    });
    const cut = setTimeout(() => {
      for (const peer of this.#peers.keys()) peer.cut();
    }, GOODBYE_MS);
    await Promise.all(gone);
    clearTimeout(cut);
    await Promise.all([this.#feed.close(), this.#rechecking]);
  }

  readonly #news = this.#makeNews();

  #makeNews() {
    const hub = this;
    return {
      get cursor() {
        return hub.#feed.cursor;
      },
      read: (userId: string, place: EventPlace, limit: number) =>
        eventsOfUser(hub.#db, { userId, market: hub.#market }, place, limit),
      quote: (ticker: string) => hub.#quote(ticker),
      failed: (client: StreamClient, error: unknown) => {
        hub.#log.warn({ err: error }, 'the events of a client could not be read; it is to connect again');
        client.peer.close(CLOSE.broken, 'Your events can not be read right now; connect again');
      },
    };
  }

  #quote(ticker: string): Message | undefined {
    const quote = this.#quotes.freshOf(ticker);
    if (quote === undefined) return undefined;
    const known = this.#messages.get(ticker);
    if (known?.quote === quote) return known.message;
    const message = quoteMessage(quote);
    this.#messages.set(ticker, { quote, message });
    return message;
  }

  #told(events: StreamEvent[]): void {
    const ofUsers = new Map<string, StreamEvent[]>();
    for (const event of events) {
      if (event.market !== this.#market || !this.#ofUsers.has(event.userId)) continue;
      const known = ofUsers.get(event.userId);
      if (known === undefined) ofUsers.set(event.userId, [event]);
      else known.push(event);
    }
    for (const [userId, own] of ofUsers) {
      for (const client of this.#ofUsers.get(userId) ?? []) client.offer(own);
    }
  }

  #beat(): void {
    for (const peer of this.#peers.keys()) {
      if (!peer.beat()) peer.cut();
    }
  }

  /** Ends the streams of those whose keys are no longer good. */
  #recheck(): void {
    if (this.#clients.size === 0) return;
    const before = this.#rechecking ?? Promise.resolve();
    const next = before
      .then(() => this.#endWithoutKey())
      .catch((error: unknown) => this.#log.warn({ err: error }, 'the keys of streams could not be looked up'))
      .finally(() => {
        if (this.#rechecking === next) this.#rechecking = undefined;
      });
    this.#rechecking = next;
  }

  async #endWithoutKey(): Promise<void> {
    const asked = [...this.#clients];
    const good = await goodKeys(this.#db, [...new Set(asked.map(({ keyHash }) => keyHash))]);
    for (const client of asked) {
      if (!good.has(client.keyHash)) client.peer.close(CLOSE.unauthorized, 'Invalid API Key');
    }
  }
}

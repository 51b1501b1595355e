import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import type { Message } from './message';
import type { Peer } from './peer';

/** How long after quotes the client is asked for them: not in the moment in which thousands get theirs. */
const ASK_AFTER_MS = 250;
/** What a ping holds, and its answer repeats. */
const [BEAT, QUOTES] = [Buffer.from('beat'), Buffer.from('quotes')];

/** As RFC 6455 has it (5.5); `ws` throws above it. */
const MAX_REASON_BYTES = 123;

/**
 * The client at the other end of a WebSocket. What the network has taken may wait there for long, so a ping goes behind all
 * quotes: as long as it is not answered, the client has not read them.
 */
export class WebSocketPeer implements Peer {
  onRoom: () => void = () => {};
  onGone: () => void = () => {};
  readonly #ws: WebSocket;
  readonly #socket: Duplex;
  #waiting = 0;
  #isAlive = true;
  #hasQuotesUnderWay = false;
  #asking: NodeJS.Timeout | undefined;

  /** @param socket the one below, for messages to leave together */
  constructor(ws: WebSocket, socket: Duplex) {
    this.#ws = ws;
    this.#socket = socket;
    ws.on('pong', (what) => {
      this.#isAlive = true;
      if (!what.equals(QUOTES)) return;
      this.#hasQuotesUnderWay = false;
      this.onRoom();
    });
    ws.on('message', () => {
      this.#isAlive = true;
    });
    ws.once('close', () => {
      clearTimeout(this.#asking);
      this.onGone();
    });
    // It closes afterwards, with the code that fits.
    ws.on('error', () => {});
  }

  get isOpen(): boolean {
    return this.#ws.readyState === WebSocket.OPEN;
  }

  get waiting(): number {
    return this.#waiting;
  }

  get hasQuotesUnderWay(): boolean {
    return this.#hasQuotesUnderWay;
  }

  send({ json }: Message): void {
    if (!this.isOpen) return;
    this.#waiting += json.length;
    this.#ws.send(json, { binary: false }, () => {
      this.#waiting -= json.length;
      this.onRoom();
    });
  }

  sendQuotes(messages: Message[]): void {
    if (!this.isOpen) return;
    this.#hasQuotesUnderWay = true;
    this.#socket.cork();
    for (const message of messages) this.send(message);
    // At once: the first clients read theirs while the others' are written.
    this.#socket.uncork();
    this.#asking = setTimeout(() => this.hurryQuotes(), ASK_AFTER_MS);
  }

  hurryQuotes(): void {
    if (this.#asking === undefined) return;
    clearTimeout(this.#asking);
    this.#asking = undefined;
    this.#ping(QUOTES);
  }

  beat(): boolean {
    const wasAlive = this.#isAlive;
    this.#isAlive = false;
    this.#ping(BEAT);
    return wasAlive;
  }

  #ping(what: Buffer): void {
    // Of a connection that breaks meanwhile, `close` tells.
    if (this.isOpen) this.#ws.ping(what, false, () => {});
  }

  close(code: number, reason: string): void {
    this.#ws.close(code, cutToBytes(reason, MAX_REASON_BYTES));
  }

  cut(): void {
    this.#ws.terminate();
  }
}

/** As much of a text as fits, without a part of a character at its end. */
const cutToBytes = (text: string, most: number) =>
  new TextDecoder().decode(Buffer.from(text).subarray(0, most), { stream: true });

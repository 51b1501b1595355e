import type { ServerResponse } from 'node:http';
import { type Message, notice } from './message';
import { GOODBYE_MS, type Peer } from './peer';

/** How long a client waits before it connects again, in milliseconds. */
const RETRY_MS = 2_000;
/** A comment, which clients pass over. */
const BEAT = Buffer.from(': beat\n\n');

/** The client that reads server-sent events; it can't answer, so what it has read is known by what has left this process. */
export class EventStreamPeer implements Peer {
  onRoom: () => void = () => {};
  onGone: () => void = () => {};
  readonly #response: ServerResponse;
  #waiting = 0;
  #hasMoved = true;

  /** @param response whose headers are sent */
  constructor(response: ServerResponse) {
    this.#response = response;
    response.once('close', () => this.onGone());
    this.#write(Buffer.from(`retry: ${RETRY_MS}\n\n`));
  }

  get isOpen(): boolean {
    return !this.#response.writableEnded && !this.#response.destroyed;
  }

  get waiting(): number {
    return this.#waiting;
  }

  get hasQuotesUnderWay(): boolean {
    return this.#waiting > 0;
  }

  send({ block }: Message): void {
    this.#write(block);
  }

  sendQuotes(messages: Message[]): void {
    this.#write(Buffer.concat(messages.map(({ block }) => block)));
  }

  hurryQuotes(): void {
    // There is nobody to ask: `onRoom` comes by itself.
  }

  beat(): boolean {
    const isMoving = this.#hasMoved || this.#waiting === 0;
    this.#hasMoved = false;
    if (this.#waiting === 0) this.#write(BEAT);
    return isMoving;
  }

  #write(bytes: Buffer): void {
    if (!this.isOpen) return;
    this.#waiting += bytes.length;
    this.#response.write(bytes, () => {
      this.#waiting -= bytes.length;
      this.#hasMoved = true;
      this.onRoom();
    });
  }

  close(code: number, reason: string): void {
    if (!this.isOpen) return;
    this.send(notice('closed', { code, detail: reason }));
    this.#response.end();
    setTimeout(() => this.cut(), GOODBYE_MS).unref();
  }

  cut(): void {
    this.#response.destroy();
  }
}

import type { Message } from './message';

/** Why a stream ends, as the code of a WebSocket's close; from 4000 on, HTTP's status codes and 4000. */
export const CLOSE = {
  goingAway: 1001,
  broken: 1011,
  badMessage: 4400,
  unauthorized: 4401,
  timeout: 4408,
  tooMany: 4429,
} as const;

/** How long a peer has to say goodbye, and to take what is still on its way, before the connection is cut. */
export const GOODBYE_MS = 2_000;

/** The other side of a stream, whatever the stream is made of. */
export interface Peer {
  readonly isOpen: boolean;
  /** Bytes that were sent and have not left this process. */
  readonly waiting: number;
  /** Whether the last quotes may not have arrived yet, so that newer ones should replace what is to follow them. */
  readonly hasQuotesUnderWay: boolean;
  /** Hears whenever there may be room again. */
  onRoom: () => void;
  /** Hears once, when the connection is over. */
  onGone: () => void;
  send(message: Message): void;
  sendQuotes(messages: Message[]): void;
  /** Newer quotes wait for the last ones to arrive: finds out whether they have. */
  hurryQuotes(): void;
  /**
   * Asks for a sign of life.
   * @returns false where there was none since it was asked for the last time
   */
  beat(): boolean;
  /** Ends the stream in order, behind what was sent. */
  close(code: number, reason: string): void;
  /** Cuts the connection. */
  cut(): void;
}

import type { StreamEvent } from '../../db/stream-events';
import type { ApiError } from '../errors';
import type { CachedQuote } from '../quote-cache';
import { idOf } from './place';

/** Something that is told to clients; encoded once for all of them, in either form. */
export class Message {
  #json: Buffer | undefined;
  #block: Buffer | undefined;

  /**
   * @param text JSON on one line, as `JSON.stringify` and PostgreSQL's `json_build_object` write it
   * @param id what the client hands back to go on behind this message; absent where it is no event of the log
   */
  constructor(
    readonly type: string,
    readonly text: string,
    readonly id?: string,
  ) {}

  /** A WebSocket message. */
  get json(): Buffer {
    this.#json ??= Buffer.from(this.text);
    return this.#json;
  }

  /** A server-sent event. */
  get block(): Buffer {
    const id = this.id === undefined ? '' : `id: ${this.id}\n`;
    this.#block ??= Buffer.from(`${id}event: ${this.type}\ndata: ${this.text}\n\n`);
    return this.#block;
  }
}

/** A message about the stream itself. */
export function notice(type: string, content: Record<string, unknown>, id?: string): Message {
  return new Message(type, JSON.stringify({ type, ...content }), id);
}

/** What can't be done, in the form of all errors. */
export function errorNotice(error: ApiError): Message {
  return notice('error', error.toJSON());
}

/** A price that was published. */
export function quoteMessage({ ticker, price, quotedAt }: CachedQuote): Message {
  return notice('quote', { data: { ticker, price, quoted_at: quotedAt.toISOString() } });
}

/** What has become of an alert or a delivery. */
export function eventMessage(event: StreamEvent & { data: string }): Message {
  const id = idOf(event);
  const head = JSON.stringify({ type: event.type, id, at: event.at });
  return new Message(event.type, `${head.slice(0, -1)},"data":${event.data}}`, id);
}

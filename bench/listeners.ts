import { EventEmitter, once } from 'node:events';
import { WebSocket } from 'ws';
import { now } from './arrivals';

/** WebSocket clients that note when they are told a price. */
export interface Listeners {
  /**
   * Waits until all of them were told this price.
   * @returns when the last one was, in milliseconds of `now()`
   */
  lastTold(price: number): Promise<number>;
  close(): Promise<void>;
}

/** Connects one client for each of the headers, a few at a time; `first` is what each says, and `ready` what it then waits for. */
export async function openListeners(
  url: string,
  headers: Record<string, string>[],
  { first, ready }: { first?: unknown; ready?: string } = {},
): Promise<Listeners> {
  const told = new Map<number, number>();
  const news = new EventEmitter();
  const sockets: WebSocket[] = [];
  for (const own of headers) {
    const ws = new WebSocket(url, { headers: own });
    const isReady = ready === undefined ? undefined : heard(ws, ready);
    await once(ws, 'open');
    if (first !== undefined) ws.send(JSON.stringify(first));
    await isReady;
    ws.on('message', (data) => {
      const { type, data: quote } = JSON.parse(String(data));
      if (type !== 'quote') return;
      told.set(quote.price, (told.get(quote.price) ?? 0) + 1);
      if (told.get(quote.price) === headers.length) news.emit(`told ${quote.price}`, now());
    });
    sockets.push(ws);
  }
  return {
    async lastTold(price) {
      const [at] = await once(news, `told ${price}`);
      return at;
    },
    async close() {
      const closed = sockets.map((ws) => once(ws, 'close'));
      for (const ws of sockets) ws.close();
      await Promise.all(closed);
    },
  };
}

/** One listener for all of them: several messages may come at once. */
function heard(ws: WebSocket, type: string): Promise<void> {
  return new Promise((resolve) => {
    ws.on('message', (data) => {
      if (JSON.parse(String(data)).type === type) resolve();
    });
  });
}

import { effect } from '@preact/signals';
import { apiKey } from '../session';
import { settings } from '../settings';
import { type Feed, streaming } from './feed';
import { alerts, deliveries, endpoints, lastDeliveries } from './feeds';
import { pricesAre } from './prices';

/** What the stream says; events tell what to ask for anew, prices are taken as they come. */
interface StreamMessage {
  type: string;
  data?: { ticker: string; price: number };
}

const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;
/** The key is not good, or this user has too many streams: polling goes on by itself. */
const REFUSED = [4401, 4429];
const STALE_AFTER: Record<string, Feed<unknown>[]> = {
  alert: [alerts as Feed<unknown>],
  delivery: [deliveries, lastDeliveries, endpoints] as Feed<unknown>[],
};

let socket: WebSocket | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
let pauseMs = FIRST_PAUSE_MS;

/** Keeps a stream open while somebody is signed in, so that pages know at once; what it misses is polled for. */
effect(() => {
  const key = apiKey.value;
  close();
  if (key !== null && settings.hasStream) open(key);
});

function open(key: string): void {
  const opened = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/api/v1/stream`);
  socket = opened;
  opened.onopen = () => opened.send(JSON.stringify({ type: 'auth', key }));
  opened.onmessage = ({ data }) => hear(opened, JSON.parse(data));
  opened.onclose = ({ code }) => {
    if (socket !== opened) return;
    streaming.value = false;
    if (REFUSED.includes(code)) return;
    timer = setTimeout(() => open(key), pauseMs);
    pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
  };
}

function close(): void {
  clearTimeout(timer);
  pauseMs = FIRST_PAUSE_MS;
  streaming.value = false;
  const closed = socket;
  socket = undefined;
  closed?.close();
}

function hear(from: WebSocket, { type, data }: StreamMessage): void {
  if (type === 'ready') {
    pauseMs = FIRST_PAUSE_MS;
    streaming.value = true;
    from.send(JSON.stringify({ type: 'subscribe', tickers: settings.tickers }));
  } else if (type === 'quote' && data) {
    pricesAre({ [data.ticker]: data.price });
  } else {
    for (const feed of STALE_AFTER[type.split('.')[0] ?? ''] ?? []) feed.nudge();
  }
}

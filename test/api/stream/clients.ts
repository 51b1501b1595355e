import { once } from 'node:events';
import { request } from 'undici';
import { WebSocket } from 'ws';
import { eventually } from '../../support/eventually';

// Whatever the test expects it to be; a wrong expectation fails there.
type Told = ReturnType<typeof JSON.parse>;

/** What a client of a stream has heard, whatever the stream is made of. */
export interface Listener {
  told: Told[];
  /** Waits until something of this type is told, and answers the first. */
  first(type: string): Promise<Told>;
  /** How the stream ended. */
  closed: Promise<{ code: number; reason: string }>;
  close(): void;
}

export interface TestSocket extends Listener {
  ws: WebSocket;
  say(message: unknown): void;
}

const streamUrl = (url: string, query = '') => `${url}/api/v1/stream${query}`;

const open = new Set<Listener>();

/** Hangs up whatever a test has left open. */
export function hangUp(): void {
  for (const listener of open) listener.close();
  open.clear();
}

function listener(rest: Pick<Listener, 'told' | 'closed' | 'close'>): Listener {
  const made = {
    ...rest,
    first: (type: string) =>
      eventually(() => {
        const found = rest.told.find((message) => message.type === type);
        if (found === undefined) throw new Error(`No ${type} among ${JSON.stringify(rest.told)}`);
        return found;
      }, 20_000),
  };
  open.add(made);
  return made;
}

/** A WebSocket, open; it says nothing by itself. */
export async function openSocket(
  url: string,
  { headers = {}, query = '' }: { headers?: Record<string, string>; query?: string } = {},
): Promise<TestSocket> {
  const ws = new WebSocket(streamUrl(url, query).replace(/^http/, 'ws'), { headers });
  const told: Told[] = [];
  ws.on('message', (data) => told.push(JSON.parse(String(data))));
  const closed = once(ws, 'close').then(([code, reason]) => ({ code, reason: String(reason) }));
  await once(ws, 'open');
  const made = listener({ told, closed, close: () => ws.terminate() });
  return Object.assign(made, { ws, say: (message: unknown) => ws.send(JSON.stringify(message)) });
}

/** A WebSocket of a user who said the key in the first message. */
export async function authenticated(url: string, key: string, lastEventId?: string): Promise<TestSocket> {
  const socket = await openSocket(url);
  socket.say({ type: 'auth', key, ...(lastEventId && { last_event_id: lastEventId }) });
  await socket.first('ready');
  return socket;
}

/** The answer to a WebSocket that is refused before it is one. */
export async function refusal(
  url: string,
  { headers = {}, query = '' }: { headers?: Record<string, string>; query?: string } = {},
): Promise<{ status: number; headers: Record<string, unknown>; json: Told }> {
  const ws = new WebSocket(streamUrl(url, query).replace(/^http/, 'ws'), { headers });
  const [, response] = await once(ws, 'unexpected-response');
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  return { status: response.statusCode, headers: response.headers, json: JSON.parse(text) };
}

/** A stream of server-sent events, read by the rules of the HTML standard as far as this server uses them. */
export async function openEvents(
  url: string,
  key: string,
  { headers = {}, query = '' }: { headers?: Record<string, string>; query?: string } = {},
): Promise<Listener & { ids: string[] }> {
  const { statusCode, body } = await request(streamUrl(url, query), {
    headers: { accept: 'text/event-stream', 'x-api-key': key, ...headers },
  });
  if (statusCode !== 200) throw new Error(`${statusCode}: ${await body.text()}`);
  const told: Told[] = [];
  const ids: string[] = [];
  const read = async () => {
    let text = '';
    for await (const chunk of body.setEncoding('utf8')) {
      text += chunk;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
        const data = field('data');
        const id = field('id');
        if (id !== undefined) ids.push(id);
        if (data === undefined) continue;
        const message = JSON.parse(data);
        expect(field('event')).toBe(message.type);
        told.push(message);
      }
    }
  };
  const end = () => told.find(({ type }) => type === 'closed');
  const closed = read().then(
    () => ({ code: end()?.code ?? 0, reason: end()?.detail ?? '' }),
    () => ({ code: 0, reason: 'broken' }),
  );
  return Object.assign(listener({ told, closed, close: () => body.destroy() }), { ids });
}

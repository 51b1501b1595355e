import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, isIPv6 } from 'node:net';
import { LRUCache } from 'lru-cache';
import { CommandError } from './command-error';
import { type Answer, createForwarder } from './forward';
import { type Receipt, receiptAsJson, receiptAsText, whyNotVerified } from './receipt';

export interface ListenerOptions {
  /** 0 takes a free one. */
  port: number;
  host: string;
  secrets: string[];
  status: number;
  delayMs: number;
  /** Never answers. */
  hang: boolean;
  /** How many of the first webhooks are answered with 503. */
  failFirst: number;
  /** Whose answer to give instead of `status`; requests are passed on to exactly this URL. */
  forwardTo?: string;
  json: boolean;
  colour: boolean;
}

export interface Listener {
  /** To be used as `webhook_url`. */
  url: string;
  /** Stops at once, open requests included, and writes a line on what arrived. */
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 1024 * 1024;
const REMEMBERED_IDS = 10_000;

/**
 * Starts a receiver of webhooks that writes down each one as it arrives.
 * @throws CommandError where it can't listen, such as on a port that is taken
 */
export async function startListener(
  options: ListenerOptions,
  write: (text: string) => void,
): Promise<Listener> {
  const forwarder = options.forwardTo === undefined ? null : createForwarder(options.forwardTo);
  const arrivals = new LRUCache<string, number>({ max: REMEMBERED_IDS });
  let received = 0;
  let verified = 0;

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const bytes = await readBody(request);
    const body = bytes === null ? null : bytes.toString();
    received += 1;
    const isPlannedFailure = received <= options.failFirst;
    const time = new Date();
    const reason = body === null ? 'body over 1 MB' : whyNotVerified(request.headers, body, options.secrets);
    if (reason === null) verified += 1;
    const id = headerText(request, 'webhook-id');
    const attempt = id === null ? 1 : (arrivals.get(id) ?? 0) + 1;
    if (id !== null) arrivals.set(id, attempt);
    const passed = forwarder && bytes && !isPlannedFailure ? await forwarder.pass(request, bytes) : null;
    const planned = isPlannedFailure ? 503 : options.hang ? null : options.status;
    const answer = passed?.answer ?? bare(bytes === null ? 413 : planned);
    const receipt: Receipt = {
      time,
      method: request.method ?? '',
      path: request.url ?? '',
      id,
      verified: reason === null,
      reason,
      attempt,
      answered: answer?.status ?? null,
      forwarded: passed?.forwarded ?? null,
      body: body ?? '',
    };
    write(options.json ? receiptAsJson(receipt) : receiptAsText(receipt, options.colour));
    if (answer !== null) answerLater(response, answer, options.delayMs);
  }

  const server = createServer((request, response) => {
    // Only a sender that goes away in the middle makes this fail, and it wants no answer any more.
    receive(request, response).catch(() => response.destroy());
  });
  const url = await listen(server.listen(options.port, options.host), options);
  write(options.json ? `${JSON.stringify({ listening: url })}\n` : `Listening. Use as webhook_url: ${url}\n`);
  return {
    url,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await forwarder?.close();
      await closed;
      const summary = `${received} received, ${verified} verified, ${received - verified} not verified`;
      write(options.json ? `${JSON.stringify({ received, verified })}\n` : `${summary}\n`);
    },
  };
}

async function listen(server: ReturnType<typeof createServer>, options: ListenerOptions): Promise<string> {
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE') throw new CommandError(`Can't listen on ${options.host}: ${message}`);
    throw new CommandError(`Port ${options.port} on ${options.host} is taken; choose another with --port.`);
  }
  const { port } = server.address() as AddressInfo;
  const everywhere: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '[::1]' };
  const host = everywhere[options.host] ?? (isIPv6(options.host) ? `[${options.host}]` : options.host);
  return `http://${host}:${port}/`;
}

/** The body; null where it is too large. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request) {
    size += (piece as Buffer).length;
    // What is too large is read on, so that the sender hears the answer, but not kept.
    if (size <= MAX_BODY_BYTES) pieces.push(piece as Buffer);
  }
  return size > MAX_BODY_BYTES ? null : Buffer.concat(pieces);
}

function headerText(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name];
  return typeof value === 'string' ? value : null;
}

function bare(status: number | null): Answer | null {
  return status === null ? null : { status, headers: {}, body: Buffer.alloc(0) };
}

function answerLater(response: ServerResponse, { status, headers, body }: Answer, delayMs: number): void {
  const timer = setTimeout(() => response.writeHead(status, headers).end(body), delayMs);
  response.once('close', () => clearTimeout(timer));
}

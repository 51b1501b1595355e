import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { z } from 'zod';
import { createHttpServer } from './api/http-server';
import { isLoopback, LOCAL_HOSTS, ownHosts } from './api/requests';
import { type CodecKeys, createCodec, PayloadKeyError } from './codec';
import type { Config } from './config';

export interface CodecServerOptions {
  codec: CodecKeys;
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** The Web UI's; pages of no other origin get an answer. */
  origins: readonly string[];
  /** Hears why payloads could not be decrypted: the CLI tries again until its time is up, and does not say. */
  warn: (text: string) => void;
}

export interface CodecServer {
  /** What Temporal's Web UI and CLI call the codec endpoint. */
  url: string;
  /** Stops at once, open requests included. */
  stop(): Promise<void>;
}

/** The payloads of one page of history, which Temporal keeps under 4 MB, in base64. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

const bytes = z.string().transform((text) => new Uint8Array(Buffer.from(text, 'base64')));
const payloadSchema = z.object({ metadata: z.record(z.string(), bytes).optional(), data: bytes.optional() });
/** An empty list is left out in proto3's JSON. */
const bodySchema = z.object({ payloads: z.array(payloadSchema).default([]) });

class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** The origins that the configured Web UI may have; none where nobody said where it is. */
export function webUiOrigins(config: Config): string[] {
  if (config.temporalUiUrl === undefined) return [];
  const { origin } = new URL(config.temporalUiUrl);
  // The embedded one is opened under either name.
  return [...new Set([origin, origin.replace('//127.0.0.1:', '//localhost:')])];
}

/**
 * Starts a server that speaks Temporal's remote codec protocol (`POST /encode`, `POST /decode`), for the Web UI and the CLI to
 * show what is encrypted. It asks nobody who they are: whoever reaches it reads everything.
 * @throws Error of the system where it can't listen
 */
export async function startCodecServer(options: CodecServerOptions): Promise<CodecServer> {
  const codec = createCodec(options.codec);
  const isOwn = isLoopback(options.host) ? ownHosts(options.host) : () => true;
  const server = createHttpServer((request, response) => {
    void answer(request, response, { ...options, codec, isOwn });
  });
  server.listen(options.port, options.host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Rules extends Pick<CodecServerOptions, 'origins' | 'warn'> {
  codec: PayloadCodec;
  isOwn: (host: string | undefined) => boolean;
}

async function answer(request: IncomingMessage, response: ServerResponse, rules: Rules): Promise<void> {
  response.setHeader('Cache-Control', 'no-store').setHeader('Vary', 'Origin');
  try {
    const payloads = await answerOf(request, response, rules);
    if (payloads === undefined) response.writeHead(204).end();
    else response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ payloads }));
  } catch (error) {
    if (!(error instanceof Refusal)) rules.warn((error as Error).message);
    const status = error instanceof Refusal ? error.status : error instanceof PayloadKeyError ? 400 : 500;
    const text = status === 500 ? 'Internal Server Error' : (error as Error).message;
    response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
  }
}

/** The payloads to answer with; none for a preflight. */
async function answerOf(
  request: IncomingMessage,
  response: ServerResponse,
  { codec, isOwn, origins }: Rules,
): Promise<object[] | undefined> {
  const { host, origin } = request.headers;
  if (!isOwn(host)) {
    throw new Refusal(403, `This server answers only to ${LOCAL_HOSTS.join(', ')}; check the Host header`);
  }
  if (origin !== undefined) allowOrigin(response, origin, origins);
  if (request.method === 'OPTIONS') return undefined;
  const work = { '/encode': codec.encode, '/decode': codec.decode }[request.url?.split('?')[0] ?? ''];
  if (work === undefined) throw new Refusal(404, 'There is nothing but POST /encode and POST /decode');
  if (request.method !== 'POST') throw new Refusal(405, 'Use POST');
  return (await work(await readPayloads(request))).map(toJson);
}

function allowOrigin(response: ServerResponse, origin: string, origins: readonly string[]): void {
  if (!origins.includes(origin)) {
    throw new Refusal(
      403,
      'Pages of this origin may not use this server; TEMPORAL_UI_URL names the one that may',
    );
  }
  response
    .setHeader('Access-Control-Allow-Origin', origin)
    .setHeader('Access-Control-Allow-Methods', 'POST')
    .setHeader('Access-Control-Allow-Headers', 'Content-Type, X-Namespace, Authorization')
    // A Web UI on the internet asks for leave to reach a server on loopback.
    .setHeader('Access-Control-Allow-Private-Network', 'true');
}

async function readPayloads(request: IncomingMessage): Promise<Payload[]> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request) {
    size += (piece as Buffer).length;
    // What is too large is read on, so that the sender hears the answer, but not kept.
    if (size <= MAX_BODY_BYTES) pieces.push(piece as Buffer);
  }
  if (size > MAX_BODY_BYTES)
    throw new Refusal(413, `The body is larger than ${MAX_BODY_BYTES / 1024 / 1024} MB`);
  try {
    return bodySchema.parse(JSON.parse(Buffer.concat(pieces).toString())).payloads;
  } catch {
    throw new Refusal(400, 'The body is not {"payloads": […]} with metadata and data in base64');
  }
}

/** As proto3 writes a payload in JSON. */
function toJson({ metadata, data }: Payload): object {
  const base64 = (value: Uint8Array | null | undefined) => Buffer.from(value ?? []).toString('base64');
  const named = Object.entries(metadata ?? {}).map(([name, value]) => [name, base64(value)]);
  return { metadata: Object.fromEntries(named), data: base64(data) };
}

import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { Agent } from 'undici';

/** What a loopback server sends: a body with its status and headers, or whatever `raw` does. */
export interface Served {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  raw?: (response: ServerResponse) => void;
}

export interface Loopback {
  baseUrl: string;
  dispatcher: Agent;
  /** Path and query of each request, decoded, in order of arrival. */
  asked: string[];
  requests: IncomingMessage[];
}

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** The body of a recorded reply; see test/fixtures/responses/README.md. */
export function recorded(name: string): string {
  return readFileSync(resolve(__dirname, '../../fixtures/responses', name), 'utf8');
}

/** A real HTTP server on loopback that answers every request as told, until the test is over. */
export async function serve(answer: Served | ((url: URL) => Served)): Promise<Loopback> {
  const requests: IncomingMessage[] = [];
  const asked: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    asked.push(decodeURIComponent(request.url ?? ''));
    const served = typeof answer === 'function' ? answer(new URL(request.url ?? '', 'http://host')) : answer;
    if (served.raw !== undefined) return served.raw(response);
    response.writeHead(served.status ?? 200, served.headers).end(served.body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const dispatcher = new Agent();
  stops.push(async () => {
    await dispatcher.destroy();
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  const { port } = server.address() as AddressInfo;
  return { baseUrl: `http://127.0.0.1:${port}`, dispatcher, asked, requests };
}

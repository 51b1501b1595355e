import { createServer, type ServerResponse } from 'node:http';
import type { Config } from './config';
import { exposeProcess, registry } from './metrics/registry';

const SDK_WITHIN_MS = 1_000;

/** The worker's own small server. */
export interface WorkerMetrics {
  /** From now on it says that the worker is not ready. */
  drain(): void;
  close(): Promise<void>;
}

/**
 * Answers `/metrics`, with the figures of Temporal's SDK where `sdkUrl` has them, and `/health/live` and `/health/ready`.
 * @throws what the system says where the address can't be listened on
 */
export async function serveWorkerMetrics(
  { host, port }: NonNullable<Config['workerMetrics']>,
  { market, sdkUrl }: { market: string; sdkUrl: string | undefined },
): Promise<WorkerMetrics> {
  exposeProcess(market);
  let isDraining = false;

  async function answer(path: string | undefined, response: ServerResponse): Promise<void> {
    if (path === '/metrics') {
      const text = (await registry.metrics()) + (await sdkFigures(sdkUrl));
      response.writeHead(200, { 'Content-Type': registry.contentType }).end(text);
    } else if (path === '/health/live') json(response, 200, 'ok');
    else if (path === '/health/ready') json(response, isDraining ? 503 : 200, isDraining ? 'draining' : 'ok');
    else json(response, 404, 'not found');
  }

  const server = createServer((request, response) => {
    answer(request.url?.split('?')[0], response).catch((error: Error) => response.destroy(error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    drain: () => {
      isDraining = true;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function json(response: ServerResponse, status: number, word: string): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify({ status: word }));
}

/** What the SDK counts, in its own words; a comment where it can't be asked. */
async function sdkFigures(url: string | undefined): Promise<string> {
  if (url === undefined) return '';
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(SDK_WITHIN_MS) });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return await response.text();
  } catch (error) {
    return `# Temporal's SDK did not answer: ${(error as Error).message.replaceAll('\n', ' ')}\n`;
  }
}

import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { createAlertWorkflows } from './alert-workflows';
import { createApp } from './api/app';
import { feedCaches } from './api/feeds';
import { createHttpServer } from './api/http-server';
import { KeyCache } from './api/key-cache';
import { keepKeyUses } from './api/key-uses';
import { QuoteCache } from './api/quote-cache';
import { StreamHub } from './api/stream/hub';
import { connectDatabase } from './db/connect';
import { createDeliveryWorkflows } from './delivery-workflows';
import { createLogger } from './logger';
import { runAsMain } from './main';
import { watchPool } from './metrics/pool';
import { createReportWorkflows } from './report-workflows';
import { assertKeysFitIfReachable } from './secrets-fit';
import { type JoinedStack, joinStack, loadSettings } from './settings';
import { startTracing } from './tracing';
import { checkWebhookUrl } from './webhooks/address';
import { createSecretBox } from './webhooks/secret-box';

const DATABASE_CONNECTIONS = 10;
const DRAIN_WITHIN_MS = 10_000;

export interface RunningServer {
  url: string;
  /**
   * Says that it is not ready and, `SHUTDOWN_DELAY` later, takes no new connections, ends streams, finishes open requests (within
   * 10 s), and closes everything.
   */
  stop(): Promise<void>;
}

/** Starts the API on the configured host and port. It starts without a database or Temporal, too, and says so in `/health`. */
export async function startServer(stack: JoinedStack, log: Logger): Promise<RunningServer> {
  const { config } = stack;
  const db = connectDatabase(config.databaseUrl, {
    maxConnections: DATABASE_CONNECTIONS,
    queryTimeoutMs: 10_000,
    onPool: watchPool('api'),
    onIdleError: (error) => log.warn({ err: error }, 'A database connection broke'),
  });
  const box = createSecretBox(config.secretsKeys);
  try {
    await assertKeysFitIfReachable(db, box, log);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  const keys = new KeyCache(db);
  const quotes = new QuoteCache(db, config, log);
  const stream = new StreamHub(db, config, quotes, log);
  const workflows = await createAlertWorkflows(stack, db, log);
  const deliveries = createDeliveryWorkflows(stack, db, log);
  const reports = createReportWorkflows(stack);
  const feeds = feedCaches(config.databaseUrl, { keys, quotes, stream }, log);
  const uses = keepKeyUses(db, keys, log);
  const closeParts = async () => {
    await stream.close();
    await feeds.close();
    await uses.close();
    await Promise.all([workflows.close(), deliveries.close(), reports.close()]);
    await db.destroy();
  };

  const checkUrl = (url: string) => checkWebhookUrl(url, config.webhook);
  let isDraining = false;
  const app = createApp({
    ...{ db, config, log, quotes, keys, stream, workflows, deliveries, reports, box, checkUrl },
    isDraining: () => isDraining,
  });
  const server = createHttpServer(app.callback());
  try {
    await listening(server, config.port, config.host);
  } catch (error) {
    await closeParts();
    throw error;
  }
  let stopped: Promise<void> | undefined;
  return {
    url: urlOf(server, config.host),
    stop: () => {
      isDraining = true;
      stopped ??= sleep(config.shutdownDelayMs)
        .then(() => Promise.all([stream.close(), drain(server)]))
        .then(closeParts);
      return stopped;
    },
  };
}

function listening(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

async function drain(server: Server): Promise<void> {
  // A connection that is kept alive would outlast its last answer.
  server.prependListener('request', (_req, res) => res.setHeader('Connection', 'close'));
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const sweep = setInterval(() => server.closeIdleConnections(), 100);
  const patience = new AbortController();
  const outOfTime = sleep(DRAIN_WITHIN_MS, undefined, { signal: patience.signal }).then(
    () => server.closeAllConnections(),
    () => undefined,
  );
  await Promise.race([closed, outOfTime]);
  patience.abort();
  clearInterval(sweep);
  await closed;
}

/** Runs the API as this process, until it is told to stop. */
export async function runServer(): Promise<void> {
  await runAsMain(async () => {
    const stack = joinStack(loadSettings());
    const log = createLogger(stack.config.logLevel, stack.config.logFormat);
    const tracing = await startTracing('pricehook-api');
    const server = await startServer(stack, log);
    log.info({ url: server.url, market: stack.config.market }, 'The API is ready');
    return {
      async stop() {
        await server.stop();
        await tracing.stop();
      },
    };
  });
}

if (require.main === module) void runServer();

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflowCode, NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import type { Logger } from 'pino';
import { createActivities } from './activities';
import { activityInterceptors } from './activity-interceptors';
import { createRawArchive } from './archive/raw-archive';
import { type CodecKeys, dataConverterOf, failureConverterPath } from './codec';
import { connectDatabase } from './db/connect';
import { TASK_QUEUES } from './domain/task-queues';
import { createLogger } from './logger';
import { runAsMain } from './main';
import { watchPool } from './metrics/pool';
import { openBucket } from './s3/bucket';
import { assertKeysFitIfReachable } from './secrets-fit';
import { type JoinedStack, joinStack, loadSettings } from './settings';
import { connectTemporal } from './temporal';
import { startTracing } from './tracing';
import { createSecretBox } from './webhooks/secret-box';
import { createWebhookSender } from './webhooks/send';
import { serveWorkerMetrics } from './worker-metrics';
import { ALERT_WORKER_OPTIONS, POLLERS } from './worker-options';
import { installRuntime, sdkMetricsUrl } from './worker-runtime';
import { keepSeen } from './worker-seen';
import { moreThreads } from './worker-threads';
import { workerVersion } from './worker-version';

const DATABASE_CONNECTIONS = 12;
/** For recording attempts. */
const DELIVERY_CONNECTIONS = 8;

export interface Workers {
  /** Takes no new work, finishes what is under way, and closes all connections. */
  stop(): Promise<void>;
  /** Rejects when a worker fails for good. */
  failed: Promise<never>;
}

/**
 * Starts this process's workers: one for each task queue.
 * @param bundlePath the workflows' code, bundled before; bundled now where there is none
 */
export async function startWorkers(
  stack: JoinedStack,
  log: Logger,
  bundlePath = bundlePathOf(stack.config.temporalCodec),
): Promise<Workers> {
  const { config } = stack;
  const { webhook } = config;
  const onIdleError = (error: Error) => log.warn({ err: error }, 'A database connection broke');
  const db = connectDatabase(config.databaseUrl, {
    maxConnections: DATABASE_CONNECTIONS,
    onPool: watchPool('worker'),
    onIdleError,
  });
  const deliveriesDb = connectDatabase(config.databaseUrl, {
    maxConnections: DELIVERY_CONNECTIONS,
    onPool: watchPool('deliveries'),
    onIdleError,
    plansOnce: true,
  });
  try {
    await assertKeysFitIfReachable(db, createSecretBox(config.secretsKeys), log);
  } catch (error) {
    await Promise.all([db.destroy(), deliveriesDb.destroy()]);
    throw error;
  }
  const temporal = connectTemporal(stack.temporal, config.temporalCodec);
  const connection = await NativeConnection.connect(stack.temporal.connectionOptions);
  const sender = createWebhookSender({ policy: webhook, tlsVerify: webhook.tlsVerify, proxy: webhook.proxy });
  const rawArchive = createRawArchive({ db, folder: join(config.dataDir, 'archive'), log });
  const bucket = openBucket(config);
  const activities = createActivities({
    ...{ db, deliveriesDb, client: temporal.client, config },
    ...{ sender, rawArchive, bucket },
  });
  const shared = {
    connection,
    namespace: stack.temporal.namespace,
    dataConverter: dataConverterOf(config.temporalCodec),
    interceptors: { activity: activityInterceptors() },
    // An attempt that is under way is finished and recorded.
    shutdownGraceTime: webhook.timeoutMs + 5_000,
    ...workerVersion(config.workerVersion, log),
  } satisfies Partial<WorkerOptions>;
  const workflowBundle = await workflowCode(bundlePath, config.temporalCodec);
  const workers = await Promise.all([
    Worker.create({
      ...shared,
      ...ALERT_WORKER_OPTIONS,
      taskQueue: TASK_QUEUES.alerts,
      workflowBundle,
      activities: activities.alerts,
    }),
    Worker.create({
      ...shared,
      ...POLLERS,
      taskQueue: TASK_QUEUES.ingestion,
      workflowBundle,
      activities: activities.ingestion,
    }),
    // Deliveries that 0.1 began are still tried again there.
    Worker.create({
      ...shared,
      ...POLLERS,
      taskQueue: TASK_QUEUES.deliveriesOf01,
      activities: activities.alerts,
    }),
  ]);

  if (config.slackWebhookUrl === undefined)
    log.info('SLACK_WEBHOOK_URL is not set: anomalies and alarms are stored, and nobody is told');
  const { market, workerMetrics } = config;
  const figures =
    workerMetrics && (await serveWorkerMetrics(workerMetrics, { market, sdkUrl: sdkMetricsUrl() }));
  const runs = workers.map((worker) => worker.run());
  const seen = keepSeen(db, log);
  return {
    failed: Promise.all(runs).then(() => new Promise<never>(() => {})),
    async stop() {
      figures?.drain();
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await Promise.allSettled(runs);
      await seen.stop();
      await sender.close();
      await rawArchive.stop();
      bucket?.close();
      await temporal.close();
      await connection.close();
      await Promise.all([db.destroy(), deliveriesDb.destroy()]);
      await figures?.close();
    },
  };
}

/** A bundle carries its failure converter with it, so that there are two. */
function bundlePathOf(codec: CodecKeys | undefined): string {
  return join(__dirname, codec?.encrypts ? 'workflow-bundle-encoded.js' : 'workflow-bundle.js');
}

async function workflowCode(
  bundlePath: string,
  codec: CodecKeys | undefined,
): Promise<NonNullable<WorkerOptions['workflowBundle']>> {
  if (existsSync(bundlePath)) return { codePath: bundlePath };
  return await bundleWorkflowCode({
    workflowsPath: require.resolve('./workflows'),
    workflowInterceptorModules: [require.resolve('./workflows/interceptors')],
    failureConverterPath: failureConverterPath(codec),
  });
}

/** Runs the workers as this process, until it is told to stop. */
export async function runWorker(): Promise<void> {
  moreThreads();
  await runAsMain(async () => {
    const stack = joinStack(loadSettings());
    const log = createLogger(stack.config.logLevel, stack.config.logFormat);
    await installRuntime(log, stack.config.workerMetrics !== undefined);
    const tracing = await startTracing('pricehook-worker');
    const workers = await startWorkers(stack, log);
    log.info({ market: stack.config.market }, 'The worker is ready');
    workers.failed.catch((error: unknown) => {
      log.fatal({ err: error }, 'A worker failed');
      process.exit(1);
    });
    return {
      async stop() {
        await workers.stop();
        await tracing.stop();
      },
    };
  });
}

if (require.main === module) void runWorker();

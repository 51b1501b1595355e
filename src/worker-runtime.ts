import { DefaultLogger, Runtime } from '@temporalio/worker';
import type { Logger } from 'pino';
import { logFromSdk } from './sdk-log';

/** Has Temporal's SDK log through ours and leave signals to us: the process decides in what order it stops. */
export function installRuntime(log: Logger): void {
  Runtime.install({
    shutdownSignals: [],
    logger: new DefaultLogger('INFO', ({ level, message, meta }) => logFromSdk(log, level, message, meta)),
  });
}

/**
 * Lets Node do more at a time on libuv's threads, four by default: resolving the exchanges' names, reading files. Webhooks'
 * names are not resolved there. To be called before anything uses those threads.
 */
export function moreThreads(): void {
  process.env.UV_THREADPOOL_SIZE ??= '32';
}

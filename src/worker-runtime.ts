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
 * Lets more names be resolved at a time: Node resolves them on libuv's threads, four by default, and a few users' slow
 * name servers would delay everybody. To be called before anything uses those threads.
 */
export function moreThreads(): void {
  process.env.UV_THREADPOOL_SIZE ??= '32';
}

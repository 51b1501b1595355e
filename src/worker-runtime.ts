import { DefaultLogger, type LogLevel, Runtime } from '@temporalio/worker';
import type { Logger } from 'pino';

const PINO_LEVELS: Record<LogLevel, 'trace' | 'debug' | 'info' | 'warn' | 'error'> = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'debug',
  WARN: 'warn',
  ERROR: 'error',
};

/** Has Temporal's SDK log through ours and leave signals to us: the process decides in what order it stops. */
export function installRuntime(log: Logger): void {
  Runtime.install({
    shutdownSignals: [],
    logger: new DefaultLogger('INFO', ({ level, message, meta }) => {
      const { error, ...rest } = meta ?? {};
      // The deliveries' worker has activities only, on purpose.
      const severity = message.startsWith('No workflows registered') ? 'debug' : PINO_LEVELS[level];
      log[severity]({ ...rest, ...(error === undefined ? {} : { err: error }) }, message);
    }),
  });
}

/**
 * Lets more names be resolved at a time: Node resolves them on libuv's threads, four by default, and a few users' slow
 * name servers would delay everybody. To be called before anything uses those threads.
 */
export function moreThreads(): void {
  process.env.UV_THREADPOOL_SIZE ??= '32';
}

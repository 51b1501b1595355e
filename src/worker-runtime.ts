import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { DefaultLogger, Runtime, type TelemetryOptions } from '@temporalio/worker';
import type { Logger } from 'pino';
import { logFromSdk } from './sdk-log';

/** Where the SDK of this process tells its own figures; it is installed once a process. */
let sdkUrl: string | undefined;

/**
 * Has Temporal's SDK log through ours and leave signals to us: the process decides in what order it stops.
 * @param countsWork whether it also counts what the workers do, to be read at `sdkMetricsUrl`
 */
export async function installRuntime(log: Logger, countsWork = false): Promise<void> {
  Runtime.install({
    shutdownSignals: [],
    logger: new DefaultLogger('INFO', ({ level, message, meta }) => logFromSdk(log, level, message, meta)),
    ...(countsWork && { telemetryOptions: { metrics: await sdkMetrics() } }),
  });
}

/** Where the SDK's own figures are, in Prometheus' format; undefined where it counts nothing. */
export const sdkMetricsUrl = () => sdkUrl;

/** The SDK serves them itself, and can't say on which port: a free one is looked for beforehand. */
async function sdkMetrics(): Promise<TelemetryOptions['metrics']> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  sdkUrl = `http://127.0.0.1:${port}/metrics`;
  return {
    prometheus: {
      bindAddress: `127.0.0.1:${port}`,
      countersTotalSuffix: true,
      unitSuffix: true,
      useSecondsForDurations: true,
    },
  };
}

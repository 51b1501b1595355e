import { anySourceAnswers, createSources } from '../activities/sources';
import { startCodecServer, webUiOrigins } from '../codec-server';
import { type Config, ConfigError } from '../config';
import type { Market } from '../domain/quote';
import { prepareDatabase, prepareTemporal } from '../prepare';
import { ingestNow } from '../schedules';
import { startServer } from '../server';
import type { JoinedStack, Settings } from '../settings';
import { connectTemporal } from '../temporal';
import { startWorkers } from '../worker';
import { startExchanges } from './exchanges/server';
import { messageOf, PlainError } from './plain-error';
import { replayStart } from './replay-start';
import type { Start } from './start';
import { supervise } from './supervise';

const SOURCE_TIMEOUT_MS = 5_000;

/** Brings the database, and then Temporal, up to date. */
export async function prepare({ progress, log }: Start, stack: JoinedStack): Promise<void> {
  await progress.step('Database schema', () =>
    prepareDatabase(stack.config, (left) => log.warn(left)).catch((error: unknown) => {
      if (error instanceof ConfigError) throw error;
      throw new PlainError(`The database can't be prepared: ${messageOf(error)}`);
    }),
  );
  await progress.step('Schedules', () =>
    prepareTemporal(stack, (refused) => log.warn(`${refused}; have it done by hand`)).catch(
      (error: unknown) => {
        throw new PlainError(
          `Temporal at ${stack.temporal.connectionOptions.address} can't be prepared: ${messageOf(error)}`,
        );
      },
    ),
  );
}

/** The market to follow; `auto` replays only if no source answers. */
export async function chooseMarket({ config }: Settings): Promise<Market> {
  if (config.market !== 'auto') return config.market;
  const answers = await anySourceAnswers(createSources(config), config.tickers, SOURCE_TIMEOUT_MS);
  return answers ? 'live' : 'replay';
}

/** Has the first quotes fetched at once: nobody wants to wait for the next full interval. */
export async function firstTick(stack: JoinedStack): Promise<void> {
  const temporal = connectTemporal(stack.temporal, stack.config.temporalCodec);
  try {
    await ingestNow(temporal.client);
  } finally {
    await temporal.close();
  }
}

/** Starts the stand-in exchanges that a replay needs; it goes on from start to start. */
export async function runExchanges({ progress, parts, settings }: Start): Promise<Config['baseUrls']> {
  const { symbols, dataDir } = settings.config;
  const startedAtMs = replayStart(dataDir);
  const starting = progress.step('Stand-in exchanges', () => startExchanges({ symbols, startedAtMs }));
  const { baseUrls } = await parts.add('Exchanges', starting, (exchanges) => exchanges.stop());
  return baseUrls;
}

/** Starts the workers in this process, and again should they fail. */
export async function runWorkers({ progress, parts, log, fails }: Start, stack: JoinedStack): Promise<void> {
  const start = async () => {
    const workers = await startWorkers(stack, log);
    return { stop: workers.stop, exited: workers.failed.catch(messageOf) };
  };
  const supervised = progress.step('Workers', async () => {
    const again = async (last: Awaited<ReturnType<typeof start>>) => {
      await last.stop();
      return start();
    };
    return supervise({ name: 'The workers', first: await start(), again, log });
  });
  const { failed } = await parts.add('Workers', supervised, (workers) => workers.stop());
  fails(failed);
}

/** Starts the server that decrypts for the embedded Web UI; none where nothing is encrypted or Temporal is not ours. */
export async function runCodecServer({ progress, parts, settings, log }: Start): Promise<string | undefined> {
  const { temporalCodec: codec, temporalCodecPort: port, embedded } = settings.config;
  if (codec === undefined || !embedded.temporal) return undefined;
  const options = {
    codec,
    host: '127.0.0.1',
    port,
    origins: webUiOrigins(settings.config),
    warn: (text: string) => log.warn(text),
  };
  const starting = progress.step('Codec server', () => startCodecServer(options));
  return (await parts.add('Codec server', starting, (server) => server.stop())).url;
}

/** Starts the API in this process. */
export async function runApi({ progress, parts, log }: Start, stack: JoinedStack): Promise<string> {
  const starting = progress.step('API', () => startServer(stack, log));
  const { url } = await parts.add('API', starting, (server) => server.stop());
  return url;
}

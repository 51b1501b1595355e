import { createLogger } from '../logger';
import { findOrMakeSecretsKeys } from '../secrets-key';
import { type JoinedStack, loadSettings } from '../settings';
import { removeStackFile, writeStackFile } from '../stack-file';
import { startTracing, wantsTraces } from '../tracing';
import { installRuntime } from '../worker-runtime';
import { banner } from './banner';
import { stopOrphans, trackChildren } from './children';
import { findPostgres, findTemporal } from './embedded';
import { type Life, live } from './life';
import { lockDataDir } from './lock';
import { assertPortsFree } from './ports';
import {
  chooseMarket,
  firstTick,
  prepare,
  runApi,
  runCodecServer,
  runExchanges,
  runWorkers,
} from './services';
import { startWarnings } from './warnings';

/** `npm start`: runs the whole stack until it is told to stop, and leaves nothing running behind. */
export async function up(): Promise<never> {
  return live(startStack);
}

async function startStack(life: Life): Promise<void> {
  const { progress, atExit } = life;
  const settings = loadSettings();
  const { config } = settings;
  const { dataDir } = config;

  atExit(lockDataDir(dataDir));
  const orphans = await stopOrphans(dataDir);
  if (orphans.length > 0)
    progress.line(`Stopped what a killed start had left running: ${orphans.join(', ')}`);
  await assertPortsFree(config);
  for (const warning of startWarnings(config)) progress.line(warning);

  const secretsKeys = findOrMakeSecretsKeys(config);
  const log = createLogger(config.logLevel, config.logFormat);
  await installRuntime(log, config.workerMetrics !== undefined);
  // As the first part it is the last to stop.
  if (wantsTraces(process.env))
    await life.parts.add('Traces', startTracing('pricehook'), (tracing) => tracing.stop());
  const children = trackChildren(dataDir);
  atExit(children.killAll);
  const start = { ...life, settings, children, log };

  const [databaseUrl, { temporal, uiUrl, cli }, market] = await Promise.all([
    findPostgres(start),
    findTemporal(start),
    chooseMarket(settings),
  ]);
  const exchanges = market === 'replay' ? await runExchanges(start) : undefined;
  const stack: JoinedStack = {
    config: { ...config, databaseUrl, market, secretsKeys, baseUrls: exchanges ?? config.baseUrls },
    temporal,
  };
  await prepare(start, stack);
  await runWorkers(start, stack);
  await firstTick(stack);
  const codecUrl = await runCodecServer(start);
  const apiUrl = await runApi(start, stack);

  const file = {
    pid: process.pid,
    databaseUrl,
    temporalAddress: temporal.connectionOptions.address ?? '',
    temporalNamespace: temporal.namespace ?? 'default',
    temporalUiUrl: uiUrl,
    codecUrl,
    temporalCli: cli,
    apiUrl,
    market,
    baseUrls: exchanges ?? {},
  };
  atExit(() => removeStackFile(dataDir));
  writeStackFile(dataDir, file);
  progress.line(banner(file, dataDir));
}

if (require.main === module) void up();

import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { type Child, type Exit, logTail, startChild } from './child';
import { PlainError } from './plain-error';
import { assertPortFree, freePort } from './ports';

export interface EmbeddedTemporal {
  address: string;
  namespace: string;
  /** Undefined where the server runs without its Web UI. */
  uiUrl: string | undefined;
  port: number;
  pid: number;
  stop(): Promise<void>;
  kill(): void;
  exited: Promise<Exit>;
}

export interface TemporalOptions {
  /** The `temporal` CLI. */
  binary: string;
  /** What the server prints is appended here. */
  logFile: string;
  /** In memory if absent. */
  dbFile?: string;
  /** Any free one if absent. */
  port?: number;
  /** No Web UI if absent. */
  uiPort?: number;
  /** Where the Web UI has payloads decrypted. */
  codecEndpoint?: string;
  /** What else its dynamic configuration is to hold, as JSON values by name. */
  settings?: Record<string, string>;
  log?: (line: string) => void;
  /** Told of the server's process before it is ready, so that it can be found should we be killed meanwhile. */
  onSpawn?: (pid: number) => void;
}

const NAMESPACE = 'default';
const START_TIMEOUT_MS = 60_000;
const STOP_GRACE_MS = 15_000;

/**
 * Starts Temporal's development server on loopback; it is ready when its namespace answers.
 * @throws Error in plain words, with the end of its log
 */
export async function startTemporal(options: TemporalOptions): Promise<EmbeddedTemporal> {
  const port = options.port ?? (await freePort());
  // Otherwise a stranger on the port would be taken for the server that is being started.
  for (const wanted of [port, options.uiPort]) if (wanted !== undefined) await assertPortFree(wanted);
  mkdirSync(dirname(options.logFile), { recursive: true });
  const child = await startChild({
    command: options.binary,
    args: serverArgs(options, port),
    logFile: options.logFile,
    cwd: dirname(options.logFile),
    env: serverEnv(),
    onSpawn: options.onSpawn,
  });
  const address = `127.0.0.1:${port}`;
  const uiUrl = options.uiPort === undefined ? undefined : `http://127.0.0.1:${options.uiPort}`;
  await untilReady(child, address, options.logFile);
  options.log?.(`Temporal listens on ${address}`);
  const { pid, exited, kill } = child;
  const stop = () => child.stop('SIGINT', STOP_GRACE_MS);
  return { address, namespace: NAMESPACE, uiUrl, port, pid, exited, kill, stop };
}

function serverArgs(
  { dbFile, uiPort, codecEndpoint, settings = {} }: TemporalOptions,
  port: number,
): string[] {
  const args = ['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--log-level', 'warn'];
  args.push(
    ...(uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort), '--ui-disable-news-fetch']),
  );
  if (codecEndpoint !== undefined) args.push('--ui-codec-endpoint', codecEndpoint);
  args.push('--dynamic-config-value', 'matching.enableFairness=true');
  // Its HTTP API can't be switched off, and any web page could call it: so it answers for a host that is nobody's only.
  args.push('--dynamic-config-value', 'frontend.httpAllowedHosts=["none.invalid"]');
  for (const [name, value] of Object.entries(settings))
    args.push('--dynamic-config-value', `${name}=${value}`);
  if (dbFile !== undefined) {
    // Giving one pragma drops the defaults of the others, so that both are named.
    args.push(
      '--db-filename',
      dbFile,
      '--sqlite-pragma',
      'journal_mode=wal',
      '--sqlite-pragma',
      'synchronous=1',
    );
  }
  return args;
}

/** Without TEMPORAL_…: a profile or an address meant for clients is no business of the server. It calls nobody. */
function serverEnv(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_'));
  return { ...Object.fromEntries(inherited), TEMPORAL_VERSION_CHECK_DISABLED: 'true' };
}

async function untilReady(child: Child, address: string, logFile: string): Promise<void> {
  let gone: Exit | undefined;
  void child.exited.then((exit) => {
    gone = exit;
  });
  const deadline = Date.now() + START_TIMEOUT_MS;
  const connection = Connection.lazy({ address, connectTimeout: 2_000 });
  try {
    while (!(await namespaceAnswers(connection))) {
      if (gone) throw new PlainError(`Temporal did not start. The end of ${logFile}:\n${logTail(logFile)}`);
      if (Date.now() > deadline) {
        child.kill();
        throw new PlainError(`Temporal was not ready after ${START_TIMEOUT_MS / 1000} s; see ${logFile}`);
      }
      await sleep(50);
    }
  } finally {
    await connection.close();
  }
}

async function namespaceAnswers(connection: Connection): Promise<boolean> {
  try {
    const ask = () => connection.workflowService.describeNamespace({ namespace: NAMESPACE });
    await connection.withDeadline(Date.now() + 2_000, ask);
    return true;
  } catch {
    return false;
  }
}

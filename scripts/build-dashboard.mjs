// Bundles the dashboard into dist/dashboard: files that carry a hash of their content in their names, each packed once
// here instead of at every request, and the page that names them.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build, context } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const out = join(root, 'dist/dashboard');
const assets = join(out, 'assets');

/** @type {import('esbuild').BuildOptions} */
const options = {
  absWorkingDir: root,
  entryPoints: { main: 'dashboard/src/main.tsx', icon: 'dashboard/icon.svg' },
  outdir: assets,
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  bundle: true,
  minify: true,
  format: 'esm',
  splitting: true,
  target: ['es2022', 'chrome111', 'firefox114', 'safari16.4'],
  tsconfig: 'dashboard/tsconfig.json',
  loader: { '.svg': 'copy' },
  legalComments: 'inline',
  metafile: true,
  logLevel: 'warning',
  plugins: [{ name: 'page', setup: (builder) => builder.onEnd(writePage) }],
};

/** @param {import('esbuild').BuildResult} result */
function writePage({ metafile, errors }) {
  if (errors.length > 0) return;
  const built = Object.keys(metafile.outputs).map((path) => relative('dist/dashboard', path));
  for (const name of readdirSync(assets)) {
    if (!built.includes(`assets/${name}`)) rmSync(join(assets, name));
  }
  const named = (form) => `/${built.find((path) => form.test(path))}`;
  const page = readFileSync(join(root, 'dashboard/index.html'), 'utf8')
    .replace('%SCRIPT%', named(/^assets\/main-\w+\.js$/))
    .replace('%STYLE%', named(/^assets\/main-\w+\.css$/))
    .replace('%ICON%', named(/^assets\/icon-\w+\.svg$/));
  for (const path of built) {
    const content = readFileSync(join(out, path));
    writeFileSync(join(out, `${path}.br`), brotliCompressSync(content));
    writeFileSync(join(out, `${path}.gz`), gzipSync(content, { level: 9 }));
  }
  writeFileSync(join(out, 'index.html'), page);
}

mkdirSync(assets, { recursive: true });
if (process.argv.includes('--watch')) await (await context(options)).watch();
else await build(options);

// `npm run generate-client`: writes the types of clients/typescript anew, of the description that the built API serves.
// With --check, says whether they are what would be written, and changes nothing.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build, root } from './setup.mjs';

const folder = join(root, 'clients/typescript');
const target = join(folder, 'schema.d.ts');
const generator = join(root, '.cache/client-generator');
const isCheck = process.argv.includes('--check');

if (!isCheck) build();
installGenerator();
const made = generate();
if (!isCheck) writeFileSync(target, made);
else if (!existsSync(target) || readFileSync(target, 'utf8') !== made)
  fail(
    'clients/typescript/schema.d.ts is not what the API is now: run npm run generate-client, and commit it.',
  );

/** It needs another TypeScript than the project, and what is half installed beside the client would be found by who imports that. */
function installGenerator() {
  mkdirSync(generator, { recursive: true });
  for (const file of ['package.json', 'package-lock.json', 'generate.mjs'])
    copyFileSync(join(folder, file), join(generator, file));
  const { packages } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'));
  const isThere = ['openapi-typescript', 'typescript'].every((name) => {
    const installed = join(generator, 'node_modules', name, 'package.json');
    const { version } = packages[`node_modules/${name}`];
    return existsSync(installed) && JSON.parse(readFileSync(installed, 'utf8')).version === version;
  });
  if (isThere) return;
  const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
  const { status, stderr } = spawnSync('npm', ['ci', ...flags], { cwd: generator, encoding: 'utf8' });
  if (status !== 0) fail(`The generator of the client can't be installed: ${stderr}`);
}

function generate() {
  const require = createRequire(import.meta.url);
  const { readConfig } = require('../dist/config.js');
  const { openApiDocument } = require('../dist/api/openapi/document.js');
  const description = JSON.stringify(openApiDocument(readConfig({}, true).tickers));
  const { status, stdout, stderr } = spawnSync(process.execPath, ['generate.mjs'], {
    cwd: generator,
    input: description,
    encoding: 'utf8',
    maxBuffer: 10 * 1024 * 1024,
  });
  if (status !== 0) fail(stderr);
  return stdout;
}

function fail(line) {
  process.stderr.write(`${line}\n`);
  process.exit(1);
}

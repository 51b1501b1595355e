// Brings a clone to where it can run: the right Node, installed packages, a build. Needs nothing but Node itself.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const OLDEST_NODE = [20, 19];
/** What scripts/bundle-workflows.mjs and scripts/build-dashboard.mjs make: all that dist has without a source of its name. */
const BUNDLES = ['workflow-bundle.js', 'workflow-bundle-encoded.js'];
const DASHBOARD = 'dashboard';

/** Checks Node, installs packages and builds, each only where needed. Ends the process with a clear line on failure. */
export function setup() {
  checkNode();
  install();
  build();
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  fail(`Pricehook needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}.`);
}

/** Runs `npm ci` where the installed packages are not those of package-lock.json, or were installed on another system. */
export function install() {
  const stamp = join(root, 'node_modules/.pricehook-installed');
  const wanted = [hashOf(['package-lock.json']), process.platform, process.arch].join(' ');
  if (textOf(stamp) === wanted) return;
  if (!isInstalled()) {
    say('Installing packages (takes about a minute, once) …');
    const npm = process.env.npm_execpath;
    const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
    const asModule = npm !== undefined && /\.c?js$/.test(npm);
    if (asModule ? !run(process.execPath, [npm, ...args]) : !run('npm', args)) {
      fail('The packages could not be installed; npm says why above.');
    }
  }
  writeFileSync(stamp, wanted);
}

/** Whether somebody has run `npm ci` by hand: npm notes what it installed in the same form as the lock. */
function isInstalled() {
  const installed = JSON.parse(textOf(join(root, 'node_modules/.package-lock.json')) ?? 'null')?.packages;
  if (!installed) return false;
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(packages).every(([path, { version, optional, os, cpu, libc }]) => {
    if (path === '' || installed[path]?.version === version) return true;
    const isForHere = (!os || os.includes(process.platform)) && (!cpu || cpu.includes(process.arch)) && !libc;
    return optional === true && !(os && isForHere);
  });
}

/** Compiles src into dist, and bundles the workflows' code if that has changed. */
export function build() {
  removeStale(join(root, 'dist'), join(root, 'src'));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  if (!existsSync(join(root, 'dist'))) say('Building …');
  if (!run(process.execPath, [tsc, '-p', 'tsconfig.build.json']))
    fail('The build failed; the compiler says why above.');
  bundle();
  buildDashboard();
}

/** Bundles the dashboard unless it is what was bundled last. */
function buildDashboard() {
  const stamp = join(root, 'dist/.dashboard-built');
  const sources = filesIn('dashboard', /\.(tsx?|css|html|svg|json)$/);
  const wanted = hashOf(['package-lock.json', 'scripts/build-dashboard.mjs', ...sources]);
  if (textOf(stamp) === wanted && existsSync(join(root, 'dist', DASHBOARD, 'index.html'))) return;
  if (!run(process.execPath, [join(root, 'scripts/build-dashboard.mjs')]))
    fail('The dashboard could not be bundled.');
  writeFileSync(stamp, wanted);
}

/** Bundles the workflows' code unless it is what the last bundle was made of; takes a few seconds. */
export function bundle() {
  const stamp = join(root, 'dist/.bundled');
  const sources = ['dist/failure-converter.js', ...filesIn('dist/workflows'), ...filesIn('dist/domain')];
  const wanted = hashOf(['package-lock.json', ...sources]);
  if (textOf(stamp) === wanted && BUNDLES.every((name) => existsSync(join(root, 'dist', name)))) return;
  if (!run(process.execPath, [join(root, 'scripts/bundle-workflows.mjs')]))
    fail('The workflows could not be bundled.');
  writeFileSync(stamp, wanted);
}

/** Removes what was built from sources that are gone: otherwise it would still be loaded. */
function removeStale(built, source) {
  if (!existsSync(built)) return;
  for (const entry of readdirSync(built, { withFileTypes: true })) {
    const path = join(built, entry.name);
    if (entry.name === DASHBOARD && built === join(root, 'dist')) continue;
    if (entry.isDirectory()) {
      if (existsSync(join(source, entry.name))) removeStale(path, join(source, entry.name));
      else rmSync(path, { recursive: true });
    } else if (/\.js(\.map)?$/.test(entry.name) && !BUNDLES.includes(entry.name)) {
      if (!existsSync(join(source, entry.name.replace(/\.js(\.map)?$/, '.ts')))) rmSync(path);
    }
  }
}

function filesIn(folder, form = /\.js$/) {
  return readdirSync(join(root, folder), { recursive: true })
    .filter((name) => form.test(name))
    .sort()
    .map((name) => join(folder, name));
}

function hashOf(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

function textOf(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function run(command, args) {
  return spawnSync(command, args, { cwd: root, stdio: 'inherit' }).status === 0;
}

function say(line) {
  process.stdout.write(`${line}\n`);
}

function fail(line) {
  process.stderr.write(`${line}\n`);
  process.exit(1);
}

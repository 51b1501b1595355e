// `npm run dev`: the whole stack, built and started anew whenever a source changes.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { bundle, root, setup } from './setup.mjs';

const SETTLED_AFTER_MS = 300;

setup();
const compiler = spawnNode([
  'node_modules/typescript/bin/tsc',
  '-p',
  'tsconfig.build.json',
  '--watch',
  '--preserveWatchOutput',
]);
const bundler = spawnNode(['scripts/build-dashboard.mjs', '--watch']);
let stack = startStack();
let restart;
let stopping = false;

watch(join(root, 'dist'), { recursive: true }, (_, file) => {
  if (!file?.endsWith('.js') || file === 'workflow-bundle.js' || stopping) return;
  clearTimeout(restart);
  restart = setTimeout(startAgain, SETTLED_AFTER_MS);
});

// The terminal sends Ctrl-C to all of us; a second one, to the stack as well, stops it at once.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, async () => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) stack.kill(signal);
    if (stopping) return;
    stopping = true;
    compiler.kill();
    bundler.kill();
    clearTimeout(restart);
    process.exit(await ended(stack));
  });
}

async function startAgain() {
  process.stdout.write('The sources have changed.\n');
  const last = stack;
  last.kill('SIGTERM');
  await ended(last);
  if (stopping || stack !== last) return;
  bundle();
  stack = startStack();
}

function startStack() {
  return spawnNode(['dist/dev/up.js']);
}

function spawnNode(args) {
  return spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
}

async function ended(child) {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode ?? 1;
}

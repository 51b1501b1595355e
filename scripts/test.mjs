// `npm test`: jest, with the arguments passed on.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root, setup } from './setup.mjs';

setup();
// Here rather than in jest, which hides what a download says.
const { findTemporalCli, findTestServer } = await import('../dist/dev/temporal-binary.js');
const say = (line) => process.stdout.write(`${line}\n`);
try {
  await findTemporalCli({ explicitPath: process.env.TEMPORAL_CLI_PATH, log: say });
  await findTestServer(say);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

const jest = spawn(
  process.execPath,
  [join(root, 'node_modules/jest/bin/jest.js'), ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: 'inherit',
  },
);
// The terminal sends Ctrl-C to jest, too; it ends by itself, after its servers.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => jest.kill('SIGTERM'));
jest.on('exit', (code) => process.exit(code ?? 1));

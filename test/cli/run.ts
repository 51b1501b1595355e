import { spawn } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

/** Starts `pricehook` from its sources, in a folder where no `.env` is. */
export function startPricehook(args: string[], env: NodeJS.ProcessEnv = {}) {
  const program = `require(${JSON.stringify(join(ROOT, 'src/cli.ts'))}).main()`;
  const tsx = require.resolve('tsx');
  const child = spawn(process.execPath, ['--import', tsx, '-e', program, '--', ...args], {
    cwd: __dirname,
    env: { PATH: process.env.PATH, ...env },
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (piece) => {
    output.stdout += piece;
  });
  child.stderr.on('data', (piece) => {
    output.stderr += piece;
  });
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, ...output }));
  });
  return { child, ended };
}

/** Runs `pricehook` to its end. */
export function runPricehook(args: string[], env?: NodeJS.ProcessEnv) {
  return startPricehook(args, env).ended;
}

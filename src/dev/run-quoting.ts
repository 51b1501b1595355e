import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { PlainError } from './plain-error';

const run = promisify(execFile);

/**
 * Runs a command to its end and answers what it printed.
 * @throws PlainError with the last line of what it said, or that it took longer than `timeout` milliseconds
 */
export async function runQuoting(
  command: string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; timeout?: number; killSignal?: 'SIGKILL' } = {},
): Promise<string> {
  const [program = '', ...args] = command;
  try {
    return (await run(program, args, options)).stdout;
  } catch (error) {
    const { killed, stderr, message } = error as { killed?: boolean; stderr?: string; message: string };
    const why = killed
      ? `no answer within ${(options.timeout ?? 0) / 1000} s`
      : stderr?.trim().split('\n').at(-1);
    throw new PlainError(why || message);
  }
}

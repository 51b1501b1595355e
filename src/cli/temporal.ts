import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Command } from 'commander';
import { loadSettings } from '../settings';
import { readStackFile } from '../stack-file';
import { CommandError } from './command-error';
import { withExamples } from './examples';

/** Adds `pricehook temporal …`: Temporal's own program, pointed at the running stack. */
export function registerTemporal(program: Command): void {
  const command = program
    .command('temporal')
    .description("run Temporal's own command against the running stack, such as: temporal workflow list")
    .allowUnknownOption()
    .helpOption(false)
    .argument('[arguments...]')
    .action(async (args: string[]) => {
      process.exitCode = await runTemporal(args);
    });
  withExamples(command, [
    'pricehook temporal workflow list',
    'pricehook temporal workflow describe -w alert-0b1f9a3c-6f0e-4d55-9f0e-3a7c4f4c2d11',
  ]);
}

async function runTemporal(args: string[]): Promise<number> {
  const { dataDir } = loadSettings().config;
  const running = readStackFile(dataDir);
  if (running?.temporalCli === undefined) {
    throw new CommandError(
      `No stack with an embedded Temporal runs on ${dataDir}; start one with \`npm start\`.`,
    );
  }
  // What decrypts is the codec server's business, not a client's.
  const { TEMPORAL_CODEC_KEY: _, ...inherited } = process.env;
  const env = {
    ...(running.codecUrl !== undefined && { TEMPORAL_CODEC_ENDPOINT: running.codecUrl }),
    ...inherited,
    TEMPORAL_ADDRESS: running.temporalAddress,
    TEMPORAL_NAMESPACE: running.temporalNamespace,
  };
  const child = spawn(running.temporalCli, args, { env, stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

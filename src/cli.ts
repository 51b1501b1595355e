import { Command } from 'commander';
import { registerAlerts } from './cli/alerts';
import { registerAnalyze } from './cli/analyze';
import { registerArchive } from './cli/archive';
import { registerCodecServer } from './cli/codec-server';
import { CommandError } from './cli/command-error';
import { registerCompletion } from './cli/completion';
import { registerConfig } from './cli/config';
import { registerDeliveries } from './cli/deliveries';
import { registerDoctor } from './cli/doctor';
import { EXIT, registerExitCodes } from './cli/exit-codes';
import { registerHealth } from './cli/health';
import { registerImport } from './cli/import';
import { registerListen } from './cli/listen';
import { registerMigrate } from './cli/migrate';
import { registerProcesses } from './cli/processes';
import { registerRates } from './cli/rates';
import { registerReplay } from './cli/replay';
import { registerReport } from './cli/report';
import { registerTemporal } from './cli/temporal';
import { registerUp } from './cli/up';
import { registerVerify } from './cli/verify';
import { ConfigError } from './config';
import { VERSION } from './version';

/** The `pricehook` program with all its commands. */
export function createProgram(): Command {
  const program = new Command('pricehook')
    .description('Crypto price alerts as durable Temporal workflows, delivered to your webhook')
    .version(VERSION)
    // Commands inherit it: what commander itself refuses was used wrongly.
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : EXIT.usage));
  registerUp(program);
  registerProcesses(program);
  registerAlerts(program);
  registerRates(program);
  registerDeliveries(program);
  registerListen(program);
  registerVerify(program);
  registerConfig(program);
  registerMigrate(program);
  registerHealth(program);
  registerDoctor(program);
  registerImport(program);
  registerAnalyze(program);
  registerTemporal(program);
  registerCodecServer(program);
  registerArchive(program);
  registerReport(program);
  registerReplay(program);
  registerCompletion(program);
  registerExitCodes(program);
  return program;
}

/** Runs the command that the process was started with; what the user can mend is told in a line, without a stack. */
export async function main(): Promise<void> {
  // `pricehook config | head` ends early; that is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
  try {
    await createProgram().parseAsync();
  } catch (error) {
    if (!(error instanceof CommandError || error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error instanceof CommandError ? error.exitCode : EXIT.failed;
  }
}

import type { Command } from 'commander';
import { loadSettings } from '../settings';
import { describeSettings } from './config-values';
import { withExamples } from './examples';

/** Adds `pricehook config`, which prints every setting as it is in effect. */
export function registerConfig(program: Command): void {
  const command = program
    .command('config')
    .description('print every setting as it is in effect, with secrets masked')
    .option('--json', 'print one JSON object')
    .action(({ json }: { json?: boolean }) => {
      const values = describeSettings(loadSettings());
      const lines = Object.entries(values).map(([name, value]) => `${name}=${value ?? ''}`);
      process.stdout.write(`${json ? JSON.stringify(values, null, 2) : lines.join('\n')}\n`);
    });
  withExamples(command, ['pricehook config', 'pricehook config --json']);
}

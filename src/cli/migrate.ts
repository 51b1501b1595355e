import type { Command } from 'commander';
import { prepareDatabase, prepareTemporal } from '../prepare';
import { joinStack, loadSettings } from '../settings';
import { withExamples } from './examples';
import { jsonText } from './table';

/** Adds `pricehook migrate`, for deployments on servers of one's own; `npm start` does the same by itself. */
export function registerMigrate(program: Command): void {
  const command = program
    .command('migrate')
    .description("bring the database's schema, Temporal's search attributes and the schedules up to date")
    .option('--json', 'print one JSON object')
    .action(async ({ json }: { json?: boolean }) => {
      const say = (line: string) => !json && process.stdout.write(`${line}\n`);
      const refusals: string[] = [];
      const stack = joinStack(loadSettings());
      const applied = await prepareDatabase(stack.config, (left) => process.stderr.write(`${left}\n`));
      say(
        applied.length > 0 ? `Applied to the database: ${applied.join(', ')}` : 'The database was up to date',
      );
      await prepareTemporal(stack, (refused) => {
        refusals.push(refused);
        say(`${refused}; have it done by hand`);
      });
      say('Temporal is up to date');
      if (json) process.stdout.write(jsonText({ applied, refused: refusals }));
    });
  withExamples(command, [
    'pricehook migrate',
    'DATABASE_URL=postgres://… TEMPORAL_ADDRESS=… pricehook migrate --json',
  ]);
}

import type { Command } from 'commander';
import { prepareDatabase, prepareTemporal } from '../prepare';
import { joinStack, loadSettings } from '../settings';

/** Adds `pricehook migrate`, for deployments on servers of one's own; `npm start` does the same by itself. */
export function registerMigrate(program: Command): void {
  program
    .command('migrate')
    .description("bring the database's schema, Temporal's search attributes and the schedules up to date")
    .action(async () => {
      const say = (line: string) => process.stdout.write(`${line}\n`);
      const stack = joinStack(loadSettings());
      const applied = await prepareDatabase(stack.config);
      say(
        applied.length > 0 ? `Applied to the database: ${applied.join(', ')}` : 'The database was up to date',
      );
      await prepareTemporal(stack, (refused) => say(`${refused}; have it done by hand`));
      say('Temporal is up to date');
    });
}

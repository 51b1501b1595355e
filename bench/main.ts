import { writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { newReport, tableOf } from './report';
import type { Bench } from './scenario';
import { SCENARIOS } from './scenarios';
import { withStack } from './stack';

const out = (text: string) => process.stdout.write(`${text}\n`);

async function run(
  names: string[],
  options: { json?: string; rounds: number; shrink: number },
): Promise<void> {
  const unknown = names.filter((name) => !SCENARIOS.some((scenario) => scenario.name === name));
  if (unknown.length > 0) {
    const known = SCENARIOS.map(({ name }) => name).join(', ');
    throw new InvalidArgumentError(`There is no scenario ${unknown.join(', ')}; allowed: ${known}`);
  }
  const chosen = SCENARIOS.filter(({ name }) => names.length === 0 || names.includes(name));
  const report = newReport(options.rounds, options.shrink);
  for (const { name, about, settings, run: measure } of chosen) {
    const startedAt = Date.now();
    const say = (what: string) => out(`  ${elapsed(startedAt)}  ${what}`);
    out(`\n${name}: ${about}`);
    const bench: Bench = { rounds: options.rounds, shrink: options.shrink, say, withStack };
    const figures = await measure(bench);
    report.scenarios.push({ name, about, settings, figures });
    out(`\n${tableOf(report.scenarios.slice(-1))}`);
    // After each scenario, so that a run that is stopped has not been for nothing.
    if (options.json) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
  }
  if (chosen.length > 1) out(`\n${tableOf(report.scenarios)}`);
  if (options.json) out(`\nWritten to ${options.json}`);
}

function elapsed(since: number): string {
  const seconds = Math.round((Date.now() - since) / 1000);
  return `${String(Math.floor(seconds / 60)).padStart(2)}:${String(seconds % 60).padStart(2, '0')}`;
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('Must be a whole number from 1');
  return value;
}

const program = new Command('bench')
  .description(
    'Measures Pricehook against the barest thing that could do the same, in turns, on one machine.',
  )
  .argument('[name...]', `scenarios: ${SCENARIOS.map(({ name }) => name).join(', ')}; all by default`)
  .option('--json <file>', 'write the figures there, too')
  .option('--rounds <n>', 'how often to measure', positive, 3)
  .option('--shrink <n>', 'divide all sizes by this: a glance at whether it runs, no figures', positive, 1)
  .addHelpText(
    'after',
    '\nUses embedded servers unless DATABASE_URL and TEMPORAL_ADDRESS (or a temporal.toml) name others.',
  )
  .action(run);

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));

program.parseAsync().catch((error: Error) => {
  process.stderr.write(`${error instanceof InvalidArgumentError ? error.message : error.stack}\n`);
  process.exitCode = 1;
});

import { randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { durationMs, wholeNumber } from '../src/cli/arguments';
import { onStopSignals } from '../src/dev/stop-signals';
import { findTemporalCli } from '../src/dev/temporal-binary';
import { describeDisturbance } from './disturb';
import { drawPlan } from './plan';
import { describeReport, type Report } from './report';
import { runChaos } from './run';

const MAX_SEED = 2 ** 31 - 1;
const SETTLE_WITHIN_MS = 600_000;

interface Options {
  seed?: number;
  seeds: number;
  alerts: number;
  over: number;
  json?: string;
}

const out = (text: string) => void process.stdout.write(`${text}\n`);

async function run({ seed: given, seeds, alerts, over: overMs, json }: Options): Promise<void> {
  const first = given ?? randomInt(MAX_SEED - seeds);
  const temporalCli = await findTemporalCli({ explicitPath: process.env.TEMPORAL_CLI_PATH, log: out });
  const reports: Report[] = [];
  for (let seed = first; seed < first + seeds; seed += 1) {
    const plan = { seed, alerts, overMs };
    out(`\nSeed ${seed}: ${alerts} alerts over ${overMs / 1_000} s; the plan:`);
    for (const disturbance of drawPlan(plan).disturbances) out(`  ${describeDisturbance(disturbance)}`);
    const startedAt = Date.now();
    const say = (line: string) =>
      out(`  ${String(Math.round((Date.now() - startedAt) / 1_000)).padStart(4)} s  ${line}`);
    try {
      const report = await runChaos({ ...plan, settleWithinMs: SETTLE_WITHIN_MS, temporalCli, say });
      reports.push(report);
      out(describeReport(report));
    } catch (error) {
      throw new Error(`Seed ${seed} could not be run to its end`, { cause: error });
    }
    // After each seed, so that a run that is stopped has not been for nothing.
    if (json) writeFileSync(json, `${JSON.stringify(reports, null, 2)}\n`);
  }
  const broken = reports.filter(({ violations }) => violations.length > 0).map(({ seed }) => seed);
  out(`\n${reports.length - broken.length} of ${reports.length} seeds hold.`);
  if (broken.length === 0) return;
  const again = broken.map((seed) => `npm run chaos -- --seed ${seed} --alerts ${alerts} --over ${overMs}ms`);
  out(`Again with the same plan:\n${again.join('\n')}`);
  process.exitCode = 1;
}

// What was started is killed as the process ends; the stack sees to that.
onStopSignals({ first: () => process.exit(130), again: () => process.exit(130) });

new Command('chaos')
  .description('Kills and cuts off every part of the stack while alerts fire, and compares what came of it.')
  .option('--seed <n>', 'the first seed; a random one by default', wholeNumber(0, MAX_SEED))
  .option('--seeds <n>', 'how many seeds in a row', wholeNumber(1, 1_000), 1)
  .option('--alerts <n>', 'how many alerts are crossed', wholeNumber(1, 10_000), 500)
  .option('--over <duration>', 'within how long', durationMs, 60_000)
  .option('--json <file>', 'write the figures and violations there, too')
  .action(run)
  .parseAsync()
  .catch((error: Error) => {
    process.stderr.write(`${error.stack}\n${error.cause instanceof Error ? `${error.cause.stack}\n` : ''}`);
    process.exitCode = 1;
  });

import { randomInt } from 'node:crypto';
import { describeReport } from '../../chaos/report';
import { runChaos } from '../../chaos/run';

const SIZE = { alerts: 40, overMs: 12_000 };

it('nothing is lost, sent unrecorded or sent under a second id while everything is killed in turn', async () => {
  const seed = randomInt(2 ** 31 - 1);
  const lines: string[] = [];
  const again = `npm run chaos -- --seed ${seed} --alerts ${SIZE.alerts} --over ${SIZE.overMs}ms`;
  const report = await runChaos({
    seed,
    ...SIZE,
    settleWithinMs: 180_000,
    temporalCli: process.env.TEST_TEMPORAL_CLI as string,
    say: (line) => lines.push(line),
  }).catch((error: Error) => {
    throw new Error(`${again}\n${lines.join('\n')}`, { cause: error });
  });
  if (report.violations.length > 0) throw new Error([again, ...lines, describeReport(report)].join('\n'));
  // A line that is crossed for a moment may fall between two ticks.
  expect(report.counts.messages).toBeGreaterThan(SIZE.alerts / 2);
}, 420_000);

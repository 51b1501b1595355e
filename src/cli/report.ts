import { setTimeout } from 'node:timers/promises';
import { isGrpcServiceError, WorkflowFailedError } from '@temporalio/client';
import type { Command } from 'commander';
import type { Kysely } from 'kysely';
import { connectDatabase } from '../db/connect';
import { pastMissing } from '../db/gaps';
import { firstTick, listReports, type ReportRow } from '../db/reports';
import type { Database } from '../db/schema';
import { REPORT_STEPS } from '../domain/report';
import { startReport } from '../report-workflows';
import { type JoinedStack, joinDatabase, joinStack, loadSettings } from '../settings';
import { connectTemporal } from '../temporal';
import { workflowUrl } from '../workflow-url';
import type { MarketReportInput } from '../workflows/market-report';
import { timeMs, wholeNumber } from './arguments';
import { CommandError } from './command-error';
import { withExamples } from './examples';
import { EXIT } from './exit-codes';
import { Patience } from './patience';
import { ReportFollower } from './report-follower';
import { describeOutcome } from './report-outcome';

const MOST_ROWS = 10_000;
/** The reconciliation begins within 20 s, and with real exchanges 25 questions of a second each follow. */
const LONGEST_WAIT_MS = 90_000;
const LOOK_EVERY_MS = 500;

/** Adds `pricehook report …`: having hours reported by hand, and what was reported. */
export function registerReport(program: Command): void {
  const report = program.command('report').description('report hours by hand, and see what was reported');
  const run = report
    .command('run')
    .description('report the hours that are owed, and the one under way as a partial snapshot; wait for it')
    .option('--json', 'print one JSON array')
    .action(async ({ json }: { json?: boolean }) => {
      await runAndPrint({ partial: true }, json);
    });
  withExamples(run, ['pricehook report run', 'pricehook report run --json']);
  const backfill = report
    .command('backfill')
    .description('report all hours of a span, those that are done again; wait for it')
    .requiredOption('--from <time>', 'such as 2026-11-21T00:00Z (UTC)', timeMs)
    .requiredOption('--to <time>', 'until before this time', timeMs)
    .option('--json', 'print one JSON array')
    .action(async ({ from, to, json }: { from: number; to: number; json?: boolean }) => {
      if (to <= from) throw new CommandError('--to must be later than --from', EXIT.usage);
      await runAndPrint({ fromMs: from, toMs: to }, json);
    });
  withExamples(backfill, ['pricehook report backfill --from 2026-11-21T00:00Z --to 2026-11-22T00:00Z']);
  const status = report
    .command('status')
    .description('print what was reported, the newest hour first')
    .option('--limit <hours>', 'how many hours at most', wholeNumber(1, MOST_ROWS), 24)
    .option('--json', 'print one JSON array')
    .action(async ({ limit, json }: { limit: number; json?: boolean }) => {
      const { databaseUrl, market } = joinDatabase(loadSettings());
      await withDatabase(databaseUrl, async (db) => {
        print(await listReports(db, market, { limit }), json);
      });
    });
  withExamples(status, ['pricehook report status --limit 48 --json']);
}

async function runAndPrint(input: MarketReportInput, json: boolean | undefined): Promise<void> {
  const stack = joinStack(loadSettings());
  await withDatabase(stack.config.databaseUrl, async (db) => {
    if (input.partial) await untilPastIsThere(stack, db);
    const startedAt = new Date();
    const patience = new Patience();
    const hoursOf = new ReportFollower(db, stack.config.market, startedAt, (row) => {
      patience.end();
      if (!json) process.stdout.write(described(row));
    });
    await hoursOf.expect(input);
    const error = await runReport(stack, input, (result) => patience.during(result, () => hoursOf.look()));
    const ran = await hoursOf.ended();
    if (json || ran.length === 0) print(ran, json);
    else {
      const hours = ran.map(({ hour }) => hour);
      process.stdout.write(await describeOutcome(db, stack.config, { hours, since: startedAt }));
    }
    if (error !== undefined) throw new CommandError(error);
  });
}

/** Waits for the minutes before the first quote of all, which a start has fetched; where that takes long, the next run has them. */
async function untilPastIsThere({ config }: JoinedStack, db: Kysely<Database>): Promise<void> {
  const deadline = Date.now() + LONGEST_WAIT_MS;
  const missing = async () => {
    const firstMs = await firstTick(db, config.market);
    return firstMs === undefined ? Number.POSITIVE_INFINITY : await pastMissing(db, config.market, firstMs);
  };
  if ((await missing()) === 0) return;
  process.stderr.write('Waiting for the prices before the first one, which are being fetched\n');
  const patience = new Patience();
  for (let left = await missing(); left > 0 && Date.now() < deadline; left = await missing()) {
    patience.tell(() => (left < Number.POSITIVE_INFINITY ? `${left} minutes are missing` : 'no price yet'));
    await setTimeout(LOOK_EVERY_MS);
  }
  patience.end();
}

/** @returns why it failed, if it did */
async function runReport(
  stack: JoinedStack,
  input: MarketReportInput,
  wait: (result: Promise<unknown>) => Promise<unknown>,
): Promise<string | undefined> {
  const temporal = connectTemporal(stack.temporal, stack.config.temporalCodec);
  try {
    const handle = await startReport(temporal.client, input);
    const url = workflowUrl(stack, handle.workflowId, handle.firstExecutionRunId);
    process.stderr.write(`${url ?? handle.workflowId} runs; it needs a worker\n`);
    await wait(handle.result());
    return undefined;
  } catch (error) {
    if (error instanceof WorkflowFailedError) return error.cause?.message ?? error.message;
    if (isGrpcServiceError(error)) throw new CommandError(`Temporal can't be asked: ${error.message}`);
    throw error;
  } finally {
    await temporal.close();
  }
}

async function withDatabase<T>(url: string, work: (db: Kysely<Database>) => Promise<T>): Promise<T> {
  const db = connectDatabase(url, { maxConnections: 1, onIdleError: () => {} });
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}

function print(rows: readonly ReportRow[], json: boolean | undefined): void {
  if (json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
  else process.stdout.write(rows.length === 0 ? 'Nothing was reported\n' : rows.map(described).join(''));
}

/** An hour in a line, and each of its steps in one below. */
function described({ hour, status, quality, steps, stale_since }: ReportRow): string {
  const again =
    stale_since === null ? '' : `, to be made again: candles came at ${stale_since.toISOString()}`;
  const good = quality === null ? '' : `, quality ${(quality * 100).toFixed(1)} %`;
  const lines = REPORT_STEPS.map((name) => {
    const step = steps[name];
    if (step === undefined) return `  ${name.padEnd(10)} -`;
    const tries = step.attempt > 1 ? ` (attempt ${step.attempt})` : '';
    return `  ${name.padEnd(10)} ${step.status}${tries}: ${step.error ?? step.summary ?? ''}`;
  });
  return `${[`${hour.toISOString()} ${status}${good}${again}`, ...lines].join('\n')}\n`;
}

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { AlertToStart } from '../../src/db/wakes';
import { alertWorkflowId } from '../../src/temporal';
import { insertAlerts, insertUsers, putToSleep, untilAsleep } from '../alerts';
import type { Bench, Figure, Scenario } from '../scenario';
import type { Stack } from '../stack';
import { median } from '../statistics';
import { openTicks } from '../ticks';

const SIZES = [1_000, 5_000, 20_000];
const USERS = 100;
const MOST = 1.3;
const SIGNALS_IN_FLIGHT = 50;
const READINGS = 5;
const SETTLED_WITHIN = 0.02;
const SETTLED_AFTER_MS = 60_000;
const MIB = 2 ** 20;

/** What sleeping alerts cost the worker that looks after them. */
export const memory: Scenario = {
  name: 'memory',
  about: 'resident memory of one worker process, by the number of alerts that it has put to sleep',
  settings: {
    maxCachedWorkflows: 'the SDK’s default, from the heap’s limit',
    startsInFlight: SIGNALS_IN_FLIGHT,
  },
  run: (bench) =>
    bench.withStack(async (stack) => {
      const sizes = SIZES.map((size) => Math.ceil(size / bench.shrink));
      const ticks = await openTicks(stack);
      const alerts: AlertToStart[] = [];
      const rounds: number[][] = [];
      for (let round = 0; round < bench.rounds; round += 1) {
        const worker = await stack.startWorker();
        // Without a price an alert looks again soon; with one, and targets this far, in hours.
        if (round === 0) await (await ticks.publish({ BTC: 50_000 })).over;
        const grown: number[] = [];
        let asleep = 0;
        for (const size of sizes) {
          const say = (what: string) => bench.say(`round ${round + 1}, ${size} alerts: ${what}`);
          if (round === 0) alerts.push(...(await startMore(stack, alerts.length, size, say)));
          else await loadAgain(stack, alerts.slice(asleep, size), say);
          asleep = size;
          grown.push(await settledMemory(worker.pid));
          say(`${Math.round((grown.at(-1) as number) / MIB)} MiB`);
        }
        rounds.push(grown);
        await worker.stop('SIGTERM', 20_000);
      }
      await checkAllSleep(stack, alerts);
      return figures(sizes, rounds);
    }),
};

/** New alerts until there are `upTo`; answers the new ones. */
async function startMore(
  stack: Stack,
  from: number,
  upTo: number,
  say: Bench['say'],
): Promise<AlertToStart[]> {
  const targets = Array.from({ length: upTo - from }, (_, n) => 60_000 + (from + n) / 100);
  const url = 'http://127.0.0.1:9/hook';
  const alerts = await insertAlerts(stack.db, { users: await insertUsers(stack.db, USERS), targets, url });
  await putToSleep(stack, alerts, say);
  return alerts;
}

/** Has a fresh worker load workflows that another one had put to sleep: each is told to look at its row again. */
async function loadAgain(stack: Stack, alerts: AlertToStart[], say: Bench['say']): Promise<void> {
  const ids = alerts.map(({ id }) => id);
  // So that one can tell who has looked: the look moves it into the future.
  await stack.db.updateTable('alerts').set({ next_check_at: new Date() }).where('id', 'in', ids).execute();
  const limit = pLimit(SIGNALS_IN_FLIGHT);
  let told = 0;
  await Promise.all(
    ids.map((id) =>
      limit(async () => {
        await stack.temporal.client.workflow.getHandle(alertWorkflowId(id)).signal('changed');
        told += 1;
        if (told % 1_000 === 0) say(`${told} told to look again`);
      }),
    ),
  );
  await untilAsleep(stack.db);
}

/** Resident memory in bytes, when it has stopped changing; after a minute as it is then. */
async function settledMemory(pid: number): Promise<number> {
  const readings: number[] = [];
  const deadline = Date.now() + SETTLED_AFTER_MS;
  do {
    await sleep(1_000);
    readings.push(residentMemory(pid));
  } while (!isSettled(readings.slice(-READINGS)) && Date.now() < deadline);
  return median(readings.slice(-READINGS));
}

function isSettled(readings: number[]): boolean {
  return readings.length === READINGS && Math.max(...readings) / Math.min(...readings) - 1 < SETTLED_WITHIN;
}

/** In bytes. */
function residentMemory(pid: number): number {
  const file = `/proc/${pid}/status`;
  const kibibytes = existsSync(file)
    ? /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(file, 'utf8'))?.[1]
    : execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  return Number(kibibytes) * 1_024;
}

/** They are asleep and not lost: every workflow still runs. */
async function checkAllSleep(stack: Stack, alerts: AlertToStart[]): Promise<void> {
  const { count } = await stack.temporal.client.workflow.count(
    "WorkflowType = 'priceAlert' AND ExecutionStatus = 'Running'",
  );
  if (count !== alerts.length) throw new Error(`${count} workflows run of ${alerts.length}`);
}

function figures(sizes: number[], rounds: number[][]): Figure[] {
  const ours = sizes.map((_, n) => rounds.map((grown) => (grown[n] as number) / MIB));
  const middle = ours.at(-2) as number[];
  return sizes.map((size, n): Figure => {
    const values = ours[n] as number[];
    const what = `${size.toLocaleString('en-US')} sleeping alerts`;
    if (n < sizes.length - 1) return { what, unit: 'MiB', ours: values };
    const ratio = median(values) / median(middle);
    const target = `at most ${MOST} × as with ${sizes.at(-2)?.toLocaleString('en-US')}`;
    return { what, unit: 'MiB', ours: values, ratio, target, met: ratio <= MOST };
  });
}

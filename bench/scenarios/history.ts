import type { Client } from '@temporalio/client';
import { readConfig } from '../../src/config';
import { MIN_CHECK_DELAY_MS } from '../../src/domain/alert';
import { alertWorkflowId, alertWorkflowOptions } from '../../src/temporal';
import type { priceAlert } from '../../src/workflows/price-alert';
import { insertAlerts, insertUsers, putToSleep, until, untilDelivered } from '../alerts';
import { receiveArrivals } from '../arrivals';
import { hasLooked, signalFloorAlerts, startFloorAlert, startFloorWorker } from '../floor/client';
import type { Bench, Figure, Scenario } from '../scenario';
import { openTicks } from '../ticks';
import { runsOf, withTimeSkipping } from '../time-skipping';

const MOST_FIRED = 18;
const MOST_ASLEEP = 10_000;
const DAYS = 365;
const DAYS_AT_ONCE = 10;
const DAY_MS = 86_400_000;

/** How long histories get: of an alert that fires soon, and of one that sleeps on. */
export const history: Scenario = {
  name: 'history',
  about: 'events of a workflow from creation to delivered, and in the longest run of a year asleep',
  settings: { checkEvery: `${MIN_CHECK_DELAY_MS / 60_000} minutes, the most there may be` },
  run: async (bench) => [await fires(bench), await sleepsForAYear(bench)],
};

/** One alert a round on the whole stack: created, asleep, fired by a tick at its first wake, delivered. */
function fires(bench: Bench): Promise<Figure> {
  return bench.withStack(async (stack) => {
    const arrivals = await receiveArrivals(stack);
    const ticks = await openTicks(stack);
    await stack.startWorker();
    await startFloorWorker(stack);
    const users = await insertUsers(stack.db, 1);
    const ours: number[] = [];
    const floor: number[] = [];
    for (let round = 1; round <= bench.rounds; round += 1) {
      const price = 50_000 + round;
      await (await ticks.publish({ BTC: price })).over;
      const alerts = await insertAlerts(stack.db, { users, targets: [price + 0.5], url: arrivals.url });
      await putToSleep(stack, alerts, bench.say);
      await (await ticks.publish({ BTC: price + 1 })).over;
      await untilDelivered(stack.db, round);
      ours.push(await eventsOf(stack.temporal.client, alertWorkflowId(alerts[0]?.id as string)));

      const bare = await startFloorAlert(stack, arrivals.url);
      await until(() => hasLooked(stack, bare));
      await signalFloorAlerts(stack, [bare]);
      floor.push(await eventsOf(stack.temporal.client, bare));
    }
    if (arrivals.first.size !== 2 * bench.rounds)
      throw new Error(`${arrivals.first.size} messages arrived of ${2 * bench.rounds}`);
    const what = 'events, from creation to delivered';
    const met = ours.every((count) => count <= MOST_FIRED);
    return { what, unit: 'events', ours, floor, target: `at most ${MOST_FIRED}`, met };
  });
}

/** How many events a workflow has made when it has completed. */
async function eventsOf(client: Client, workflowId: string): Promise<number> {
  const handle = client.workflow.getHandle(workflowId);
  await handle.result();
  return (await handle.fetchHistory()).events?.length ?? 0;
}

/** Our workflow with a check that never finds anything, as often as it may look; time is skipped. */
async function sleepsForAYear({ say, shrink }: Bench): Promise<Figure> {
  const days = Math.ceil(DAYS / shrink);
  const alert = {
    id: 'asleep',
    ownerId: 'owner',
    ticker: 'BTC',
    condition: 'gt' as const,
    targetPrice: '50000',
    webhookUrl: 'http://127.0.0.1:9/hook',
    rule: null,
    byChildren: false,
  };
  const { ticker, condition, targetPrice } = alert;
  let checks = 0;
  const checkAlert = async () => {
    checks += 1;
    return {
      state: 'waiting' as const,
      ticker,
      condition,
      targetPrice,
      lastPrice: '49999',
      nextCheckMs: MIN_CHECK_DELAY_MS,
    };
  };
  const runs = await withTimeSkipping(
    () => ({ checkAlert }),
    async ({ client, sleep }) => {
      const { firstExecutionRunId } = await client.workflow.start<typeof priceAlert>(
        'priceAlert',
        alertWorkflowOptions(alert, readConfig({}, true).webhook),
      );
      for (let slept = 0; slept < days; ) {
        const next = Math.min(DAYS_AT_ONCE, days - slept);
        await sleep(next * DAY_MS);
        slept += next;
        say(`${slept} of ${days} days asleep, ${checks} checks`);
      }
      return await runsOf(client, alertWorkflowId(alert.id), firstExecutionRunId);
    },
  );
  const expected = (days * DAY_MS) / MIN_CHECK_DELAY_MS;
  if (Math.abs(checks - expected) > 0.01 * expected)
    throw new Error(`${checks} checks in ${days} days, ${expected} expected`);
  const longest = Math.max(...runs.map((events) => events.length));
  const what = `events in the longest of ${runs.length} runs, ${days} days asleep, ${checks} checks`;
  const met = longest < MOST_ASLEEP;
  const target = `less than ${MOST_ASLEEP.toLocaleString('en-US')}`;
  return { what, unit: 'events', ours: [longest], target, met };
}

import pLimit from 'p-limit';
import { registerUser } from '../../test/support/api-client';
import { until } from '../alerts';
import { receiveArrivals } from '../arrivals';
import { startFloorAlert, startFloorWorker } from '../floor/client';
import { answersPerSecond } from '../load';
import type { Scenario } from '../scenario';
import type { Stack } from '../stack';
import { ratioOf } from '../statistics';
import { openTicks } from '../ticks';

const CLIENTS = 16;
const ALERTS = 3_000;
/** Bare starts that a round measures; their rate does not depend on how many there are. */
const BARE_STARTS = 1_000;

/** Answers come from rows; workflows start behind them. */
export const create: Scenario = {
  name: 'create',
  about: `POST /alerts/ with rate limits off, ${CLIENTS} clients: answers a second, and workflows started behind them`,
  settings: { clients: CLIENTS, alertsARound: ALERTS, bareStartsARound: BARE_STARTS, apiProcesses: 1 },
  run: (bench) =>
    bench.withStack(async (stack) => {
      const amount = Math.ceil(ALERTS / bench.shrink);
      const arrivals = await receiveArrivals(stack);
      const ticks = await openTicks(stack);
      await stack.startWorker();
      await startFloorWorker(stack);
      const api = await stack.startApi();
      const emails = Array.from({ length: CLIENTS }, (_, n) => `bench-${n}@example.com`);
      const users = await Promise.all(emails.map((email) => registerUser(api.url, email)));
      const keys = users.map(({ apiKey }) => apiKey);
      await (await ticks.publish({ BTC: 50_000 })).over;
      const [answers, starts, bare]: [number[], number[], number[]] = [[], [], []];
      let made = 0;
      const next = () => {
        made += 1;
        const alert = {
          ticker: 'BTC',
          target_price: 60_000 + made,
          condition: 'gt',
          webhook_url: arrivals.url,
        };
        return { body: JSON.stringify(alert), headers: { 'x-api-key': keys[made % CLIENTS] as string } };
      };
      for (let round = 0; round < bench.rounds; round += 1) {
        bare.push(await bareStarts(stack, Math.ceil(BARE_STARTS / bench.shrink), arrivals.url));
        const since = new Date();
        const url = `${api.url}/api/v1/alerts/`;
        answers.push(await answersPerSecond({ url, connections: CLIENTS, amount, next }));
        bench.say(
          `round ${round + 1}: ${answers.at(-1)?.toFixed(0)} answers a second; bare starts ${bare.at(-1)?.toFixed(0)}`,
        );
        starts.push(await startsPerSecond(stack, since, amount));
        bench.say(`round ${round + 1}: ${starts.at(-1)?.toFixed(0)} workflows started a second`);
      }
      return [
        {
          what: `answers a second, of ${amount} (floor: bare workflow.start; the system that this one replaces: 190)`,
          unit: '/s',
          ours: answers,
          floor: bare,
          target: 'at least 5 × floor',
          met: ratioOf(answers, bare) >= 5,
        },
        {
          what: 'workflows started a second behind them',
          unit: '/s',
          ours: starts,
          floor: bare,
          target: 'at least 0.8 × floor',
          met: ratioOf(starts, bare) >= 0.8,
        },
      ];
    }),
};

async function bareStarts(stack: Stack, count: number, url: string): Promise<number> {
  const limit = pLimit(CLIENTS);
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: count }, () => limit(() => startFloorAlert(stack, url))));
  return (count / (performance.now() - startedAt)) * 1_000;
}

/** How fast the workflows of so many alerts started, by the start times that Temporal keeps. */
async function startsPerSecond(stack: Stack, since: Date, count: number): Promise<number> {
  const { client } = stack.temporal;
  const query = `WorkflowType = 'priceAlert' AND StartTime >= '${since.toISOString()}'`;
  await until(async () => (await client.workflow.count(query)).count >= count);
  let last = 0;
  for await (const { startTime } of client.workflow.list({ query, pageSize: 1_000 })) {
    last = Math.max(last, startTime.getTime());
  }
  return (count / (last - since.getTime())) * 1_000;
}

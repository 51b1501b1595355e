import { receiveArrivals } from '../arrivals';
import { fire, fireAlone, PRICE, sleepingNeighbour } from '../neighbours';
import type { Scenario } from '../scenario';
import { ratioOf } from '../statistics';
import { openTicks } from '../ticks';

const FLOOD = 10_000;
const DELIVERIES = 200;

/** One user's endpoints fail, ten thousand times at once; what do the others feel of it? */
export const flood: Scenario = {
  name: 'flood',
  about: `${DELIVERIES} deliveries of one user, without and with ${FLOOD} of another, half to a host that answers 500 and half to one that never answers`,
  settings: { flood: FLOOD, deliveries: DELIVERIES, webhookTimeout: '10s' },
  run: async (bench) => {
    const count = Math.ceil(DELIVERIES / bench.shrink);
    const half = Math.ceil(FLOOD / 2 / bench.shrink);
    const [alone, beside]: [number[], number[]] = [[], []];
    for (let round = 0; round < bench.rounds; round += 1) {
      // Servers of its own for each round: what is left of a flood would take a quarter of an hour to end.
      await bench.withStack(async (stack) => {
        const arrivals = await receiveArrivals(stack);
        const failing = await receiveArrivals(stack, 500);
        const hanging = await receiveArrivals(stack, 'never');
        const ticks = await openTicks(stack);
        await stack.startWorker();
        alone.push(await fireAlone(bench, stack, ticks, arrivals, count));
        await (await ticks.publish({ BTC: PRICE, ETH: PRICE })).over;
        await sleepingNeighbour(bench, stack, { ticker: 'BTC', count, url: arrivals.url });
        for (const { url } of [failing, hanging])
          await sleepingNeighbour(bench, stack, { ticker: 'ETH', count: half, url });
        await (await ticks.publish({ BTC: PRICE, ETH: 2 * PRICE })).over;
        // In the middle of it: many are under way, and most are still to come.
        await Promise.all([failing, hanging].map((host) => host.waitFor(Math.ceil(half / 50))));
        beside.push(await fire(ticks, arrivals, count));
        bench.say(
          `round ${round + 1}: p99 ${alone.at(-1)?.toFixed(0)} ms, in the flood ${beside.at(-1)?.toFixed(0)} ms`,
        );
      });
    }
    return [
      {
        what: `p99 of ${count} deliveries in a flood of ${2 * half}, from the commit to the arrival (floor: without it)`,
        unit: 'ms',
        ours: beside,
        floor: alone,
        target: 'at most 2 × without',
        met: ratioOf(beside, alone) <= 2,
      },
    ];
  },
};

import { MOST_DUE_PER_USER } from '../../src/activities/wakes';
import { receiveArrivals } from '../arrivals';
import { calmDown, fire, fireAlone, PRICE, sleepingNeighbour } from '../neighbours';
import type { Scenario } from '../scenario';
import { ratioOf } from '../statistics';
import { openTicks } from '../ticks';

const HANGING = 1_000;
const DELIVERIES = 200;

/** One user's endpoint hangs; what do the others feel of it? */
export const isolation: Scenario = {
  name: 'isolation',
  about: `${DELIVERIES} deliveries of one user, without and with ${HANGING} of another to an endpoint that never answers`,
  settings: { hanging: HANGING, atOnce: MOST_DUE_PER_USER, deliveries: DELIVERIES, webhookTimeout: '10s' },
  run: (bench) =>
    bench.withStack(async (stack) => {
      const count = Math.ceil(DELIVERIES / bench.shrink);
      const hanging = Math.ceil(HANGING / bench.shrink);
      const arrivals = await receiveArrivals(stack);
      const blackHole = await receiveArrivals(stack, 'never');
      const ticks = await openTicks(stack);
      await stack.startWorker();
      const [alone, beside]: [number[], number[]] = [[], []];
      for (let round = 0; round < bench.rounds; round += 1) {
        alone.push(await fireAlone(bench, stack, ticks, arrivals, count));
        await (await ticks.publish({ BTC: PRICE, ETH: PRICE })).over;
        await sleepingNeighbour(bench, stack, { ticker: 'BTC', count, url: arrivals.url });
        await sleepingNeighbour(bench, stack, { ticker: 'ETH', count: hanging, url: blackHole.url });
        await (await ticks.publish({ BTC: PRICE, ETH: 2 * PRICE })).over;
        // As many as one user may have under way; those behind them, and what is tried again, are for `flood`.
        await blackHole.waitFor(Math.min(hanging, MOST_DUE_PER_USER));
        beside.push(await fire(ticks, arrivals, count));
        bench.say(
          `round ${round + 1}: p99 ${alone.at(-1)?.toFixed(0)} ms, with them ${beside.at(-1)?.toFixed(0)} ms`,
        );
        await calmDown(stack);
        blackHole.clear();
      }
      return [
        {
          what: `p99 of ${count} deliveries, from the commit to the arrival (floor: without the hanging ones)`,
          unit: 'ms',
          ours: beside,
          floor: alone,
          target: 'at most 1.5 × without',
          met: ratioOf(beside, alone) <= 1.5,
        },
      ];
    }),
};

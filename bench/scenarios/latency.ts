import { setTimeout as sleep } from 'node:timers/promises';
import { insertAlerts, insertUsers, putToSleep, until } from '../alerts';
import { now, receiveArrivals } from '../arrivals';
import { startFloorAlerts, startFloorWorker } from '../floor/client';
import type { Figure, Scenario } from '../scenario';
import { percentile, ratioOf } from '../statistics';
import { openTicks } from '../ticks';

const SLEEPING = 1_000;
const FIRINGS = 200;
const START_PRICE = 50_000;
const STEP = 10;
/** Until the last firing's records are written, so that each begins on an idle machine. */
const PAUSE_MS = 100;

/** The way of one crossing to the user's server, on an otherwise idle machine. */
export const latency: Scenario = {
  name: 'latency',
  about: `one alert fires among ${SLEEPING} sleeping ones: from the quote's commit to the POST's arrival`,
  settings: { sleeping: SLEEPING, firingsARound: FIRINGS },
  run: (bench) =>
    bench.withStack(async (stack) => {
      const firings = Math.ceil(FIRINGS / bench.shrink);
      const arrivals = await receiveArrivals(stack);
      const ticks = await openTicks(stack);
      await stack.startWorker();
      await startFloorWorker(stack);
      const [user = ''] = await insertUsers(stack.db, 1);
      const others = await insertUsers(stack.db, 50);
      await (await ticks.publish({ BTC: START_PRICE })).over;
      const far = Array.from({ length: Math.ceil(SLEEPING / bench.shrink) }, (_, n) => 90_000 + n);
      const stairs = Array.from(
        { length: firings * bench.rounds },
        (_, n) => START_PRICE + STEP * n + STEP / 2,
      );
      const sleepers = await insertAlerts(stack.db, { users: others, targets: far, url: arrivals.url });
      const risers = await insertAlerts(stack.db, { users: [user], targets: stairs, url: arrivals.url });
      bench.say(`putting ${sleepers.length + risers.length} alerts to sleep, and as many floors`);
      await putToSleep(stack, [...sleepers, ...risers], bench.say);
      const floors = await startFloorAlerts(stack, sleepers.length + risers.length, arrivals.url, bench.say);

      const ours: number[][] = [];
      const floor: number[][] = [];
      let price = START_PRICE;
      for (let round = 0; round < bench.rounds; round += 1) {
        bench.say(`round ${round + 1}: ${firings} firings, in turns with the floor`);
        const [mine, bare]: [number[], number[]] = [[], []];
        for (let firing = 0; firing < firings; firing += 1) {
          bare.push(await fireFloor(floors.pop() as string));
          price += STEP;
          mine.push(await fireOurs(price));
        }
        ours.push(mine);
        floor.push(bare);
      }
      await until(async () => arrivals.count() === 2 * firings * bench.rounds);
      return figures(ours, floor);

      async function fireOurs(to: number): Promise<number> {
        const before = arrivals.first.size;
        const { committedAt, over } = await ticks.publish({ BTC: to });
        await arrivals.waitFor(before + 1);
        const arrivedAt = [...arrivals.first.values()].at(-1) as number;
        await over;
        await sleep(PAUSE_MS);
        return arrivedAt - committedAt;
      }

      async function fireFloor(id: string): Promise<number> {
        const before = arrivals.first.size;
        const sentAt = now();
        await stack.temporal.client.workflow.getHandle(id).signal('go');
        await arrivals.waitFor(before + 1);
        await sleep(PAUSE_MS);
        return (arrivals.first.get(id) as number) - sentAt;
      }
    }),
};

function figures(ours: number[][], floor: number[][]): Figure[] {
  const at = (share: number, most: number): Figure => {
    const mine = ours.map((round) => percentile(round, share));
    const bare = floor.map((round) => percentile(round, share));
    return {
      what: `p${share * 100} of ${ours[0]?.length} firings`,
      unit: 'ms',
      ours: mine,
      floor: bare,
      target: `at most ${most} × floor`,
      met: ratioOf(mine, bare) <= most,
    };
  };
  return [at(0.5, 1.5), at(0.99, 2)];
}

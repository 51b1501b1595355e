import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../src/dev/ports';
import { registerUser } from '../../test/support/api-client';
import { type Listeners, openListeners } from '../listeners';
import type { Scenario } from '../scenario';
import { median, percentile, ratioOf } from '../statistics';
import { openTicks } from '../ticks';

const CLIENTS = 1_000;
/** As many streams as one may have. */
const CLIENTS_A_USER = 20;
const TICKS = 20;
const START_PRICE = 50_000;
/**
 * Between two ticks: longer than it takes until the clients were asked for the last quotes. Ticks are ten seconds apart in use; for a
 * client that has newer quotes coming while it has not taken the last ones, these wait until it has.
 */
const PAUSE_MS = 1_000;

/** A price is told to everybody who listens, by one process. */
export const stream: Scenario = {
  name: 'stream',
  about: `${CLIENTS} WebSocket clients of one API process: from the quote's commit to the last client's arrival`,
  settings: { clients: CLIENTS, ticksARound: TICKS, pauseBetweenTicks: `${PAUSE_MS} ms`, apiProcesses: 1 },
  run: (bench) =>
    bench.withStack(async (stack) => {
      const clients = Math.ceil(CLIENTS / bench.shrink);
      const rounds = Math.ceil(TICKS / bench.shrink);
      const ticks = await openTicks(stack);
      await stack.startWorker();
      const api = await stack.startApi();
      const port = await freePort();
      await stack.start(
        join(__dirname, '../floor/broadcast.ts'),
        { PORT: String(port) },
        'The floor is ready',
      );
      const emails = Array.from(
        { length: Math.ceil(clients / CLIENTS_A_USER) },
        (_, n) => `s${n}@example.com`,
      );
      const keys: string[] = [];
      for (const email of emails) keys.push((await registerUser(api.url, email)).apiKey);
      const ourHeaders = Array.from({ length: clients }, (_, n) => ({
        'x-api-key': keys[Math.floor(n / CLIENTS_A_USER)] as string,
      }));
      const ourUrl = `${api.url.replace('http', 'ws')}/api/v1/stream`;
      const subscribing = { first: { type: 'subscribe', tickers: ['BTC'] }, ready: 'subscribed' };
      let price = START_PRICE;
      const measure = async (listeners: Listeners): Promise<number[]> => {
        const latencies: number[] = [];
        for (let tick = 0; tick < rounds; tick += 1) {
          price += 1;
          const last = listeners.lastTold(price);
          const { committedAt, over } = await ticks.publish({ BTC: price });
          latencies.push((await last) - committedAt);
          await over;
          await sleep(PAUSE_MS);
        }
        await listeners.close();
        return latencies;
      };

      const [ours, floor]: [number[][], number[][]] = [[], []];
      for (let round = 0; round < bench.rounds; round += 1) {
        const bare = await openListeners(`ws://127.0.0.1:${port}`, Array(clients).fill({}));
        floor.push(await measure(bare));
        ours.push(await measure(await openListeners(ourUrl, ourHeaders, subscribing)));
        const [mine, least] = [ours, floor].map((all) => median(all.at(-1) as number[]).toFixed(1));
        bench.say(`round ${round + 1}: ${mine} ms, floor ${least} ms`);
      }
      const at = (share: number, most: number) => {
        const [mine, bare] = [ours, floor].map((all) => all.map((values) => percentile(values, share)));
        return {
          what: `p${share * 100} of ${rounds} quotes, to the last of ${clients} clients`,
          unit: 'ms',
          ours: mine as number[],
          floor: bare as number[],
          target: `at most ${most} × floor`,
          met: ratioOf(mine as number[], bare as number[]) <= most,
        };
      };
      return [at(0.5, 1.5), at(0.95, 2)];
    }),
};

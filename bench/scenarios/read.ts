import { join } from 'node:path';
import { request } from 'undici';
import { freePort } from '../../src/dev/ports';
import { registerUser } from '../../test/support/api-client';
import { answersPerSecond } from '../load';
import type { Scenario } from '../scenario';
import { ratioOf } from '../statistics';
import { openTicks } from '../ticks';

const CONNECTIONS = 32;
const SECONDS = 6;

/** The dearest thing about a cheap call is everything around it. */
export const read: Scenario = {
  name: 'read',
  about: 'GET /rates/ with rate limits off, beside a plain Koa handler that serves the same bytes',
  settings: { connections: CONNECTIONS, secondsATurn: SECONDS, apiProcesses: 1 },
  run: (bench) =>
    bench.withStack(async (stack) => {
      const seconds = Math.ceil(SECONDS / bench.shrink);
      const ticks = await openTicks(stack);
      await stack.startWorker();
      const api = await stack.startApi({ QUOTE_TTL: '1h' });
      const { apiKey: key } = await registerUser(api.url, 'bench@example.com');
      await (await ticks.publish({ BTC: 65_420.15, ETH: 3_512.4, DOGE: 0.1623, SOL: 151.27, BNB: 604.9 }))
        .over;
      const headers = { 'x-api-key': key };
      const url = `${api.url}/api/v1/rates/`;
      const answer = await request(url, { headers });
      const port = await freePort();
      const env = { PORT: String(port), FLOOR_BODY: await answer.body.text() };
      await stack.start(join(__dirname, '../floor/http.ts'), env, 'The floor is ready');
      const floorUrl = `http://127.0.0.1:${port}/api/v1/rates/`;

      const load = (to: string) => answersPerSecond({ url: to, connections: CONNECTIONS, seconds, headers });
      bench.say('warming both');
      await load(url);
      await load(floorUrl);
      const [ours, floor]: [number[], number[]] = [[], []];
      for (let round = 0; round < bench.rounds; round += 1) {
        floor.push(await load(floorUrl));
        ours.push(await load(url));
        bench.say(
          `round ${round + 1}: ${ours.at(-1)?.toFixed(0)}, floor ${floor.at(-1)?.toFixed(0)} a second`,
        );
      }
      return [
        {
          what: 'answers a second (the system that this one replaces: 1,800)',
          unit: '/s',
          ours,
          floor,
          target: 'at least 0.6 × floor',
          met: ratioOf(ours, floor) >= 0.6,
        },
      ];
    }),
};

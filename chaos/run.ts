import { setMaxListeners } from 'node:events';
import { eventually } from '../test/support/eventually';
import { startTestStack, type TestStack } from '../test/support/test-stack';
import { check } from './check';
import { createClock } from './clock';
import { disturb } from './disturb';
import { startHooks } from './hooks';
import { type Ledger, listWorkflows, readStored } from './ledger';
import { createLinks } from './links';
import { createLoad } from './load';
import { marketPaths, priceAt, stillAtMs, type Ticker } from './market';
import { superviseParts } from './parts';
import { drawPlan, MAX_ATTEMPTS, USERS } from './plan';
import { type Report, reportOf } from './report';
import { settle } from './settle';
import { newUser, type User } from './users';

export interface ChaosOptions {
  seed: number;
  /** How many alerts are crossed and left alone. */
  alerts: number;
  /** Within how many milliseconds. */
  overMs: number;
  /** How long to wait until all is over, in milliseconds. */
  settleWithinMs: number;
  /** The `temporal` CLI. */
  temporalCli: string;
  say: (line: string) => void;
}

const SETTINGS = {
  TICKERS: Object.keys(marketPaths(1)).join(','),
  WEBHOOK_MAX_ATTEMPTS: String(MAX_ATTEMPTS),
  WEBHOOK_RETRY_INITIAL: '300ms',
  WEBHOOK_RETRY_MAX: '3s',
};
/** From nothing to the first quote. */
const FIRST_QUOTE_WITHIN_MS = 60_000;

/**
 * Takes a whole stack through the plan of one seed, waits until all is over, and compares. Everything is stopped in the
 * end; the folder of data and logs stays where anything was violated or the run failed.
 * @throws where the run could not be carried out
 */
export async function runChaos(options: ChaosOptions): Promise<Report> {
  const { seed, say } = options;
  const plan = drawPlan(options);
  const brokenOff = new AbortController();
  setMaxListeners(0, brokenOff.signal);
  const clock = createClock(brokenOff.signal);
  const links = createLinks();
  const stack = await startTestStack(SETTINGS, {
    temporalCli: options.temporalCli,
    portsFor: links.portsFor,
    prices: movingPrices(plan.overMs, clock.elapsedMs),
  });
  say(`Data and logs are in ${stack.folder}`);
  const closers = [() => links.close()];
  let hasHeld = false;
  try {
    const { apiUrl, parts } = await superviseParts(stack, say);
    const inOrder = [parts.worker, parts.API, parts.Temporal, parts.PostgreSQL];
    closers.unshift(...inOrder.map((part) => part.stop));
    const users = await Promise.all(
      Array.from({ length: USERS }, (_, user) =>
        newUser(apiUrl, `user-${user}@example.com`, brokenOff.signal),
      ),
    );
    const hooks = await startHooks(plan.alerts, (user) => (users[user] as User).secret);
    closers.push(hooks.close);
    await untilQuoted(stack);
    say('Everything runs; the users make their alerts');

    const load = createLoad(plan.alerts, users, hooks, clock);
    await load.createEarly();
    say(`${load.told.promised.length} alerts wait; the market opens`);
    clock.open();
    await Promise.all([disturb(plan.disturbances, { clock, parts, links }, say), load.carryOut()]);
    await clock.until(stillAtMs(plan.overMs));

    await settle(stack, { limitMs: options.settleWithinMs, brokenOff: brokenOff.signal, say });
    // Whatever is under way still ends, and nothing begins that would not be compared.
    await parts.worker.stop();
    await parts.API.stop();
    const ledger: Ledger = {
      ...(await readStored(stack.db)),
      workflows: await listWorkflows(stack.temporal.client),
      arrivals: hooks.arrivals,
      ...load.told,
      maxAttempts: MAX_ATTEMPTS,
    };
    const report = reportOf(seed, ledger, check(ledger));
    hasHeld = report.violations.length === 0;
    return report;
  } finally {
    brokenOff.abort();
    for (const close of closers) await close();
    await stack.close({ folder: !hasHeld });
    if (!hasHeld) say(`Seed ${seed}: data and logs are kept in ${stack.folder}`);
  }
}

function movingPrices(overMs: number, elapsedMs: () => number) {
  const paths = marketPaths(overMs);
  return (ticker: string) => {
    const path = paths[ticker as Ticker];
    return { price: priceAt(path, elapsedMs()), decimals: path.decimals };
  };
}

/** An alert that waits from before the first quote would be armed by none. */
async function untilQuoted({ db }: TestStack): Promise<void> {
  await eventually(async () => {
    await db.selectFrom('quotes').select('seq').executeTakeFirstOrThrow();
  }, FIRST_QUOTE_WITHIN_MS);
}

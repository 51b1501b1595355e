import { setTimeout as sleep } from 'node:timers/promises';
import type { TestStack } from '../test/support/test-stack';
import { checkWorkflows } from './checks/workflows';
import { listWorkflows, readStored } from './ledger';

const LOOK_EVERY_MS = 1_000;
const SAY_EVERY_MS = 10_000;

/**
 * Waits until every message and every attempt is over, and exactly the waiting alerts have a workflow that runs.
 * @returns false when that is not so within the limit: the comparison names what is left then
 */
export async function settle(
  { db, temporal }: TestStack,
  { limitMs, brokenOff, say }: { limitMs: number; brokenOff: AbortSignal; say: (line: string) => void },
): Promise<boolean> {
  const deadline = Date.now() + limitMs;
  let saidAt = 0;
  for (;;) {
    const left = await whatIsLeft();
    if (left === undefined) return true;
    if (Date.now() > deadline) {
      say(`Not settled after ${limitMs / 1000} s: ${left}`);
      return false;
    }
    if (Date.now() - saidAt >= SAY_EVERY_MS) {
      say(`Waiting: ${left}`);
      saidAt = Date.now();
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal: brokenOff });
  }

  async function whatIsLeft(): Promise<string | undefined> {
    const { alerts, deliveries, attempts } = await readStored(db);
    const pending = deliveries.filter(({ status }) => status === 'pending').length;
    const open = attempts.filter(({ outcome }) => outcome === null).length;
    const wrong = checkWorkflows({ alerts, workflows: await listWorkflows(temporal.client) }).length;
    if (pending === 0 && open === 0 && wrong === 0) return undefined;
    return `${pending} messages and ${open} attempts are under way, ${wrong} workflows still run or are missing`;
  }
}

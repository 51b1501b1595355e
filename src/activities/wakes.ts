import { activityInfo, heartbeat, log } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import type { Kysely } from 'kysely';
import { wakeAlert } from '../alert-signals';
import type { Config } from '../config';
import type { Database } from '../db/schema';
import { markWoken, unwokenDeliveries } from '../db/wakes';
import { TASK_QUEUES } from '../domain/task-queues';
import { signalAll } from './signal-all';

export interface DrainResult {
  woken: number;
  /** Whether some may be left to wake. */
  left: boolean;
}

export interface WakeActivities {
  drainWakes(): Promise<DrainResult>;
}

export interface WakeDeps {
  db: Kysely<Database>;
  client: Client;
  webhook: Config['webhook'];
}

const PAGE = 500;
const SIGNALS_IN_FLIGHT = 100;
/** How long a tick itself signals before it leaves the rest to the drain. */
const TICK_SHARE_MS = 1_000;
/** A worker that is told to stop ends what it has begun: one run of the drain must not take longer than that may. */
const DRAIN_FOR_MS = 5_000;

/** Telling workflows that their alerts fired, from the deliveries that nobody was told of yet. */
export function createWakeActivities(deps: WakeDeps): WakeActivities {
  return {
    async drainWakes() {
      const deadline = Date.now() + DRAIN_FOR_MS;
      let woken = 0;
      for (;;) {
        const page = await wakePage(deps, 'oldest', Number.POSITIVE_INFINITY);
        woken += page.woken;
        heartbeat(woken);
        if (page.left === 0) return { woken, left: false };
        if (page.woken === 0) throw new Error(`None of ${page.left} alerts could be told that they fired`);
        if (Date.now() > deadline) return { woken, left: true };
      }
    },
  };
}

/**
 * Wakes claimed alerts for a moment and leaves the rest to the drain. Never fails: what is not woken now is found by
 * the next tick, the drain or the reconciliation.
 */
export async function wakeClaimed(deps: WakeDeps): Promise<void> {
  try {
    const deadline = Date.now() + TICK_SHARE_MS;
    const { left } = await wakePage(deps, 'newest', deadline);
    if (left > 0) await startDrain(deps.client);
  } catch (error) {
    log.warn('Claimed alerts wait for the next tick to be woken', { error, attempt: activityInfo().attempt });
  }
}

/** Starts the drain, or leaves it running: there is one at most. */
export async function startDrain(client: Client): Promise<void> {
  await client.workflow.start('wakeAlerts', {
    taskQueue: TASK_QUEUES.ingestion,
    workflowId: 'wake-alerts',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
}

async function wakePage(
  { db, client, webhook }: WakeDeps,
  order: 'newest' | 'oldest',
  deadline: number,
): Promise<{ woken: number; left: number }> {
  const page = await unwokenDeliveries(db, order, PAGE);
  if (page.length === 0) return { woken: 0, left: 0 };
  const woken = await signalAll(
    page,
    SIGNALS_IN_FLIGHT,
    'An alert could not be told that it fired',
    async (alert) => {
      if (Date.now() > deadline) return false;
      await wakeAlert(client, webhook, alert, alert.deliveryId);
      return true;
    },
  );
  await markWoken(
    db,
    woken.map(({ deliveryId }) => deliveryId),
  );
  return { woken: woken.length, left: page.length === PAGE ? PAGE : page.length - woken.length };
}

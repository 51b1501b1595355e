import { activityInfo, heartbeat, log, sleep } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import type { Kysely } from 'kysely';
import { tellOwed, wakeAlert } from '../alert-signals';
import type { Config } from '../config';
import type { Database } from '../db/schema';
import { isHurried } from '../db/waiting-deliveries';
import {
  countOnTheirWay,
  type DeliveryToWake,
  hasUnwoken,
  markWoken,
  type OnTheirWay,
  type Room,
  unwokenDeliveries,
} from '../db/wakes';
import { endPause, startDelivery } from '../delivery-signals';
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

/** At a time. */
export const SIGNALS_IN_FLIGHT = 100;
/**
 * As many woken deliveries as may be due. More would queue in Temporal for longer than the sticky queues' time-out, after
 * which each has its whole history replayed; here they wait in an order that is fair to all users.
 */
const MOST_DUE = 5_000;
/** Beyond them, only for users who have next to nothing under way. */
const RESERVED = 1_000;
const RESERVED_PER_USER = 20;
/** Of one user: a quarter of the places in which attempts are made. Requests that nobody answers hold theirs until they time out. */
export const MOST_DUE_PER_USER = 500;
/** In a flood: should its endpoints hang or fail, no more than so many begin before that is known, and all are tried again. */
const MOST_DUE_IN_FLOOD = 100;
/** And in Temporal's sticky queues: these know no fairness, so whoever comes behind waits for all of them. */
const MOST_QUEUED_IN_FLOOD = 50;
/** Whose endpoints have failed so many within a minute gets no more than a few new attempts a second there, each of which is followed by others. */
const MANY_RETRYING = 100;
const PER_SECOND_WHERE_MANY_FAIL = 10;
const PAGE = 500;
/** As long as the sticky queues' time-out. What was due longer ago than that and a whole attempt waits for something else than its turn. */
const QUEUED_WITHIN_MS = 60_000;
/** Each look reads all that waits: less often where next to nothing can be woken. */
const LOOK_EVERY_MS = 250;
const LOOK_IN_TRICKLE_EVERY_MS = 1_000;
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
        // Only where nothing was found: a tick may have claimed while the last page was signalled.
        if (page.left === 'none' && page.woken === 0) return { woken, left: false };
        if (page.left === 'failed') throw new Error('No alert could be told that it fired');
        if (Date.now() > deadline) return { woken, left: true };
        const isTrickle = page.woken <= PER_SECOND_WHERE_MANY_FAIL;
        if (page.left === 'queue full') await sleep(isTrickle ? LOOK_IN_TRICKLE_EVERY_MS : LOOK_EVERY_MS);
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
    if (left !== 'none') await startDrain(deps.client);
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

/** One page of wakes, and whether there may be more: because the page was full, the queue is, or time or the signals failed. */
async function wakePage(
  { db, client, webhook }: WakeDeps,
  order: 'newest' | 'oldest',
  deadline: number,
): Promise<{ woken: number; left: 'none' | 'more' | 'queue full' | 'failed' }> {
  const { page, rest } = await nextPage(db, webhook, order);
  if (page.length === 0) return { woken: 0, left: rest };
  const woken = await signalAll(
    page,
    SIGNALS_IN_FLIGHT,
    'A workflow could not be told of its delivery',
    async (delivery) => {
      if (Date.now() > deadline) return false;
      const isWanted = () => isHurried(db, delivery.id);
      if (delivery.isHurried && (await endPause(client, delivery.workflowId, isWanted))) return true;
      if (delivery.alert) await wakeAlert(client, webhook, delivery.alert, delivery.id);
      else if (delivery.parentId && (await tellOwed(client, delivery.parentId, delivery.id))) return true;
      else await startDelivery(client, webhook, delivery);
      return true;
    },
  );
  await markWoken(
    db,
    woken.map(({ id }) => id),
  );
  if (woken.length === 0) return { woken: 0, left: 'failed' };
  return { woken: woken.length, left: woken.length < page.length ? 'more' : rest };
}

/** As many deliveries as may be woken at once, and what waits behind them. */
export async function nextPage(
  db: WakeDeps['db'],
  webhook: Pick<WakeDeps['webhook'], 'timeoutMs'>,
  order: 'newest' | 'oldest',
): Promise<{ page: DeliveryToWake[]; rest: 'none' | 'more' | 'queue full' }> {
  const onTheirWay = await countOnTheirWay(db, QUEUED_WITHIN_MS + webhook.timeoutMs);
  const places = MOST_DUE - [...onTheirWay.values()].reduce((sum, { due }) => sum + due, 0);
  const isFull = places <= 0;
  const most = Math.min(PAGE, isFull ? places + RESERVED : places);
  const rooms = {
    of: new Map([...onTheirWay].map(([user, counts]) => [user, roomOf(counts, isFull)])),
    others: roomOf(NONE, isFull),
  };
  const page = most > 0 ? await unwokenDeliveries(db, order, most, rooms) : [];
  // Where there is no place at all, looking again at once would find none either.
  if (page.length > 0 && page.length === most) return { page, rest: 'more' };
  return { page, rest: (await hasUnwoken(db, page.length)) ? 'queue full' : 'none' };
}

const NONE: OnTheirWay = { due: 0, queued: 0, retrying: 0, wokenLately: 0 };

/** How many more deliveries of a user may be woken, by what is on its way. */
export function roomOf({ due, queued, retrying, wokenLately }: OnTheirWay, isFull: boolean): Room {
  const most = isFull ? RESERVED_PER_USER : MOST_DUE_PER_USER;
  const trickle = retrying < MANY_RETRYING ? most : PER_SECOND_WHERE_MANY_FAIL - wokenLately;
  const usual = Math.min(most - due, trickle);
  return { usual, inFlood: Math.min(usual, MOST_DUE_IN_FLOOD - due, MOST_QUEUED_IN_FLOOD - queued) };
}

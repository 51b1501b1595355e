import { heartbeat, log } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import type { Kysely } from 'kysely';
import { stirAlert, tellAlert } from '../alert-signals';
import type { Config } from '../config';
import { revokeEndedKeys } from '../db/api-keys';
import { takeNotice } from '../db/endpoint-notices';
import { forgetIdleEndpoints } from '../db/endpoints';
import { hasDueGaps } from '../db/gaps';
import { deleteOldAnswers } from '../db/idempotency';
import { deleteOldTests, dropOldLogs } from '../db/log-retention';
import { dropOldMarketRows, type MarketRetention } from '../db/market-retention';
import { deleteOldQuotes, keepPartitions } from '../db/partitions';
import { deleteIdleBuckets } from '../db/rate-buckets';
import {
  closeLostAttempts,
  endAlertsOfLostKeys,
  forgetGoneAlerts,
  makeDue,
  type OverdueAlert,
  rewakeOverdueDeliveries,
  settleEnded,
  takeGoneAlerts,
  takeOverdueAlerts,
} from '../db/reconciling';
import type { Database } from '../db/schema';
import { deleteEndedSecrets } from '../db/secret-rotation';
import { KEEP_EVENTS_MS, trimStreamEvents } from '../db/stream-events';
import { hasUnwoken } from '../db/wakes';
import type { Market } from '../domain/quote';
import { hourOf } from '../domain/statistics-hour';
import { startFilling } from './gaps';
import { signalAll } from './signal-all';
import { tellOfSilence } from './suspensions';
import { deleteOldTicks } from './tidy';
import { startDrain } from './wakes';
import { type WatchSettings, watchMarket } from './watch-market';

export interface ReconcileResult {
  /** When this reconciliation was started, Unix milliseconds; the next one looks at what ended since. */
  atMs: number;
  stirred: number;
  rewoken: number;
}

export interface ReconcileActivities {
  reconcile(input: { atMs: number; lastAtMs: number | undefined }): Promise<ReconcileResult>;
}

const PAGE = 500;
const SIGNALS_IN_FLIGHT = 50;
/** The next reconciliation goes on where this one ends. */
const TAKE_FOR_MS = 30_000;
const HEARTBEAT_MS = 3_000;
/** How long after its request's time an attempt has certainly ended. */
const LOST_AFTER_MS = 30_000;
const ALERT_WORKFLOW = /^alert-([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;
const DELIVERY_WORKFLOW = /^(?:re)?delivery-(msg_\w+)$/;
/** Of each reconciliation: millions a day, and one is over soon. */
const LOGS_AT_ONCE = 2_000;
const EVENTS_AT_ONCE = 5_000;
/** How far before the last reconciliation to look: lists of workflows lag behind a little. */
const OVERLAP_MS = 60_000;

/** Taking up what was left: rows decide, and a list of workflows that ended by force only makes it quicker. */
export function createReconcileActivities(deps: {
  db: Kysely<Database>;
  client: Client;
  webhook: Config['webhook'];
  market: Market;
  tickers: readonly string[];
  /** How long what was said in an attempt is kept. */
  logRetentionMs: number;
  quoteRetentionMs: number;
  marketRetention: MarketRetention;
  watch: WatchSettings;
}): ReconcileActivities {
  const { db, client, webhook, market, logRetentionMs } = deps;
  let owedDays = 0;
  let tidiedHourMs = 0;
  return {
    async reconcile({ atMs, lastAtMs }) {
      const beating = setInterval(() => heartbeat(), HEARTBEAT_MS);
      try {
        return await takeUp(atMs, lastAtMs);
      } finally {
        clearInterval(beating);
      }
    },
  };

  async function takeUp(atMs: number, lastAtMs: number | undefined): Promise<ReconcileResult> {
    const since = (lastAtMs ?? atMs) - OVERLAP_MS;
    const ended = await endedByForce(client, since).catch((error: unknown) => {
      // A hint only: rows decide.
      log.warn('The workflows that ended by force could not be listed', { error });
      return { alertIds: [], deliveryIds: [] };
    });
    await makeDue(db, ended);
    const stirred = await stirOverdue();
    await tellGone();
    await revokeEndedKeys(db, PAGE).catch((error: unknown) => {
      log.warn('Keys whose time has come could not be revoked; they are refused all the same', { error });
    });
    await endAlertsOfLostKeys(db, PAGE).catch((error: unknown) => {
      // One user's rows must not keep everything else waiting; the next run tries again.
      log.warn('The alerts of users without a key could not be ended', { error });
    });
    const rewoken = await rewakeOverdueDeliveries(db);
    await tellOfDisabled();
    if (await hasUnwoken(db)) await startDrain(client);
    if (await hasDueGaps(db, market)) await startFilling(client);
    await closeLostAttempts(db, webhook.timeoutMs + LOST_AFTER_MS);
    await deleteIdleBuckets(db);
    await forgetOldLogs().catch((error: unknown) => {
      log.warn('Old answers of webhooks could not be dropped', { error });
    });
    await deleteEndedSecrets(db);
    await deleteOldAnswers(db);
    await forgetIdleEndpoints(db);
    await tidyQuotes().catch((error: unknown) => {
      log.warn('Old quotes could not be tidied up', { error });
    });
    await tidyMarketRows().catch((error: unknown) => {
      log.warn('Old statistics, states of detection or ticks could not be dropped', { error });
    });
    await tellSilence().catch((error: unknown) => {
      log.warn('Users could not be told of tickers without a price yet', { error });
    });
    await watchMarket(deps).catch((error: unknown) => {
      log.warn('Alarms could not be looked after', { error });
    });
    await deleteOldTicks(client).catch((error: unknown) => {
      // Housekeeping must not fail what alerts depend on; the next run tries again.
      log.warn('Old histories could not be deleted', { error });
    });
    return { atMs, stirred, rewoken };
  }

  async function tellSilence(): Promise<void> {
    const { suspended, resumed } = await tellOfSilence(db, market, deps.tickers);
    if (suspended > 0) log.warn(`${suspended} alerts were suspended: there is no price of their ticker`);
    if (suspended + resumed > 0) await startDrain(client);
  }

  async function tidyQuotes(): Promise<void> {
    const retention = { nowMs: Date.now(), retentionMs: deps.quoteRetentionMs };
    const { dropped, owed } = await keepPartitions(db, retention);
    if (dropped.length > 0) log.info(`Source quotes of ${dropped.join(', ')} were dropped`);
    if (owed.length > owedDays) {
      log.warn(`Source quotes of ${owed.join(', ')} are kept for longer: the archive does not have them yet`);
    }
    owedDays = owed.length;
    await deleteOldQuotes(db, retention);
  }

  /** Once an hour, and again as long as there is more: nothing gets old any sooner. */
  async function tidyMarketRows(): Promise<void> {
    const nowMs = Date.now();
    if (hourOf(nowMs) === tidiedHourMs) return;
    const dropped = await dropOldMarketRows(db, { nowMs, ...deps.marketRetention });
    if (Object.values(dropped).every((count) => count === 0)) tidiedHourMs = hourOf(nowMs);
  }

  async function forgetOldLogs(): Promise<void> {
    await dropOldLogs(db, logRetentionMs, LOGS_AT_ONCE);
    await deleteOldTests(db, logRetentionMs, LOGS_AT_ONCE);
    await trimStreamEvents(db, KEEP_EVENTS_MS, EVENTS_AT_ONCE);
  }

  async function stirOverdue(): Promise<number> {
    let stirred = 0;
    await pageByPage(async () => {
      const alerts = await takeOverdueAlerts(db, PAGE);
      const ended: string[] = [];
      const told = await signalAll(
        alerts,
        SIGNALS_IN_FLIGHT,
        'An overdue alert could not be taken up',
        async (alert) => {
          if (!(await stir(alert))) ended.push(alert.id);
          return true;
        },
      );
      await settleEnded(db, ended);
      stirred += told.length;
      return alerts.length;
    });
    return stirred;
  }

  /** Has the workflow of an overdue alert look at its row; answers false where none runs and none is needed. */
  async function stir(alert: OverdueAlert): Promise<boolean> {
    if (alert.status !== 'active' && alert.status !== 'paused') return await tellAlert(client, alert.id);
    await stirAlert(client, webhook, alert);
    return true;
  }

  /** Stores the messages that say which endpoints were disabled; those that can't be stored now are due still. */
  async function tellOfDisabled(): Promise<void> {
    try {
      for (let told = 0; told < PAGE && (await takeNotice(db)); told += 1);
    } catch (error) {
      log.warn('Users could not be told of disabled endpoints yet', { error });
    }
  }

  async function tellGone(): Promise<void> {
    await pageByPage(async () => {
      const gone = await takeGoneAlerts(db, PAGE);
      const told = await signalAll(
        gone,
        SIGNALS_IN_FLIGHT,
        'The workflow of an alert without a row could not be told',
        async ({ id }) => {
          await tellAlert(client, id);
          return true;
        },
      );
      await forgetGoneAlerts(
        db,
        told.map(({ id }) => id),
      );
      return gone.length;
    });
  }
}

/** Takes pages, each one answering its length, until one is not full, or the time is up. */
async function pageByPage(takePage: () => Promise<number>): Promise<void> {
  const deadline = Date.now() + TAKE_FOR_MS;
  // After a long downtime everything is overdue, and most of it looks after itself by its own timer.
  while ((await takePage()) === PAGE && Date.now() < deadline);
}

/** What the workflows looked after that were terminated, cancelled or failed since a time: at most the thousand latest. */
async function endedByForce(
  client: Client,
  sinceMs: number,
): Promise<{ alertIds: string[]; deliveryIds: string[] }> {
  const query = [
    `WorkflowType IN ('priceAlert', 'watchAlert', 'deliverMessage')`,
    `ExecutionStatus IN ('Terminated', 'Canceled', 'TimedOut', 'Failed')`,
    `CloseTime > '${new Date(sinceMs).toISOString()}'`,
  ].join(' AND ');
  const { executions } = await client.workflowService.listWorkflowExecutions({
    namespace: client.options.namespace,
    query,
    pageSize: 1_000,
  });
  const workflowIds = executions.map(({ execution }) => execution?.workflowId ?? '');
  const matching = (form: RegExp) =>
    workflowIds.map((id) => form.exec(id)?.[1]).filter((id) => id !== undefined);
  return { alertIds: matching(ALERT_WORKFLOW), deliveryIds: matching(DELIVERY_WORKFLOW) };
}

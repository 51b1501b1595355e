import type { Client } from '@temporalio/client';
import type { Kysely } from 'kysely';
import { allWindows, reachMs } from '../analysis';
import type { RawArchive } from '../archive/raw-archive';
import type { Database } from '../db/schema';
import { retryPolicy } from '../domain/retry';
import type { Bucket } from '../s3/bucket';
import type { JoinedStack } from '../settings';
import { createSecretBox } from '../webhooks/secret-box';
import type { WebhookSender } from '../webhooks/send';
import { createAlertActivities } from './alerts';
import { createGapActivities } from './gaps';
import { createQuoteActivities } from './quotes';
import { createReconcileActivities } from './reconcile';
import { reopenAfterReset } from './reopen-after-reset';
import { alarmsOf, createReporting } from './reporting';
import { createRuleCheckActivities } from './rule-checks';
import { createSources } from './sources';
import { createCandleSources } from './sources/candles';
import { createTellRetrying } from './tell-retrying';
import { createWakeActivities, wakeClaimed } from './wakes';
import { createWebhookActivities } from './webhooks';

export interface ActivityDeps {
  db: Kysely<Database>;
  /** Records attempts; plans its statements once. */
  deliveriesDb: Kysely<Database>;
  client: Client;
  config: JoinedStack['config'];
  sender: WebhookSender;
  rawArchive: RawArchive;
  /** Where the archive is uploaded to; undefined: nowhere. */
  bucket: Bucket | undefined;
}

/** All activities, by the task queue that they run on. */
export function createActivities(deps: ActivityDeps) {
  const { db, client, config, sender, rawArchive, bucket } = deps;
  const { webhook } = config;
  const rules = { minSources: config.minSources, maxDeviation: config.maxDeviation };
  const wakeDeps = { db, client, webhook };
  const reopen = (deliveryId: string) => reopenAfterReset(db, client, deliveryId);
  return {
    alerts: {
      ...createAlertActivities({ db, reopenAfterReset: reopen }),
      ...createRuleCheckActivities({ db }),
      ...createWebhookActivities({
        db: deps.deliveriesDb,
        sender,
        policy: retryPolicy(webhook),
        box: createSecretBox(config.secretsKeys),
        disable: config.endpoints,
        timeoutMs: webhook.timeoutMs,
        tellRetrying: createTellRetrying(client),
        reopenAfterReset: reopen,
      }),
    },
    ingestion: {
      ...createQuoteActivities({
        db,
        market: config.market,
        tickers: config.tickers,
        sources: createSources(config),
        rules,
        quoteTtlMs: config.quoteTtlMs,
        ingestIntervalMs: config.ingestIntervalMs,
        backfillMs: config.backfillMs,
        slowIntervalsMs: { coingecko: config.coingecko.intervalMs },
        wakeClaimed: () => wakeClaimed(wakeDeps),
        onStored: rawArchive.appendSoon,
      }),
      ...createWakeActivities(wakeDeps),
      ...createReconcileActivities({
        ...wakeDeps,
        market: config.market,
        tickers: config.tickers,
        logRetentionMs: config.deliveryLogRetentionMs,
        quoteRetentionMs: config.quoteRetentionMs,
        marketRetention: config.marketRetention,
        watch: {
          alarms: alarmsOf(config),
          sources: config.sources,
          slowMs: { coingecko: config.coingecko.intervalMs },
          tickMs: config.ingestIntervalMs,
          reportMs: config.reportIntervalMs,
        },
      }),
      ...createReporting({ db, config, sender, bucket }),
      ...createGapActivities({
        db,
        market: config.market,
        sources: createCandleSources(config),
        rules,
        reachMs: reachMs(allWindows(config)),
        paceMs: config.market === 'replay' ? 0 : 1_000,
        wakeClaimed: () => wakeClaimed(wakeDeps),
      }),
    },
  };
}

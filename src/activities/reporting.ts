import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { allWindows } from '../analysis';
import type { AlarmContext } from '../db/alarms';
import type { Database } from '../db/schema';
import { qualitySettings } from '../quality-settings';
import type { Bucket } from '../s3/bucket';
import type { JoinedStack } from '../settings';
import type { WebhookSender } from '../webhooks/send';
import { createArchiveActivities, type PersistResult, type SnapshotResult } from './archive';
import { beating } from './beating';
import { createNoticeActivities, type NotifyResult } from './notices';
import { createReportActivities } from './report';
import { asStep } from './report-step';
import { type ComputedStatistics, createStatisticsActivities, type DetectedAnomalies } from './statistics';
import { createUploadActivities, type UploadHourResult } from './upload';
import { createValidateActivities, type ValidateResult } from './validate';

type StackConfig = JoinedStack['config'];

/** Whom alarms of this configuration are told to. */
export const alarmsOf = ({ market, slackWebhookUrl }: StackConfig): AlarmContext => ({
  market,
  told: slackWebhookUrl !== undefined,
});

/** The activities of the hourly reports; each step's attempts stand in the hour's row. */
export function createReporting(deps: {
  db: Kysely<Database>;
  config: StackConfig;
  sender: WebhookSender;
  /** Where the archive is uploaded to; undefined: nowhere. */
  bucket: Bucket | undefined;
}) {
  const { db, config, sender, bucket } = deps;
  const { market, tickers, webhook } = config;
  const own = { db, market };
  const alarms = alarmsOf(config);
  const folder = join(config.dataDir, 'archive');
  const { snapshotHour, persistHour } = createArchiveActivities({
    ...{ ...own, tickers, folder, windows: allWindows(config) },
  });
  const { uploadHour } = createUploadActivities({ market, folder, bucket });
  const { validateHour } = createValidateActivities({
    ...{ db, alarms, folder, tickers, threshold: config.qualityThreshold },
    ...qualitySettings(config),
  });
  const { computeStatistics, detectAnomalies } = createStatisticsActivities({
    ...{ ...own, tickers, windows: config.statistics.windows, anomalies: config.anomalies },
  });
  const { notifyHour, sendNotices } = createNoticeActivities({
    ...{ ...own, sender, slackUrl: config.slackWebhookUrl, publicUrl: config.publicUrl },
    ...{
      timeoutMs: webhook.timeoutMs,
      retryInitialMs: webhook.retryInitialMs,
      retryMaxMs: webhook.retryMaxMs,
    },
  });
  return {
    ...createReportActivities({ db, alarms }),
    snapshotHour: asStep(own, 'snapshot', beating(snapshotHour), snapshotSummary),
    validateHour: asStep(own, 'validate', beating(validateHour), validateSummary),
    computeStatistics: asStep(own, 'statistics', beating(computeStatistics), statisticsSummary),
    detectAnomalies: asStep(own, 'anomalies', beating(detectAnomalies), anomaliesSummary),
    persistHour: asStep(own, 'persist', beating(persistHour), writtenSummary),
    notifyHour: asStep(own, 'notify', beating(notifyHour), notifySummary),
    // Its own heartbeats say what was uploaded.
    uploadHour: asStep(own, 'upload', uploadHour, uploadSummary),
    sendNotices: beating(sendNotices),
  };
}

function snapshotSummary({ partial, written, empty }: SnapshotResult): string {
  const silent = empty.length === 0 ? '' : `; nothing of ${empty.join(', ')}`;
  return `${writtenSummary({ written })}${partial ? ', partial' : ''}${silent}`;
}

function writtenSummary({ written }: PersistResult): string {
  const rows = written.reduce((sum, partition) => sum + partition.rows, 0);
  const added = written.filter(({ isNew }) => isNew).length;
  const revised = written.filter(({ revision }) => revision !== undefined).length;
  const revisions = revised === 0 ? '' : `, ${revised} as revisions`;
  return `${rows} rows in ${written.length} partitions, ${added} of them new${revisions}`;
}

function validateSummary({ score, severities }: ValidateResult): string {
  const violations = Object.entries(severities).map(([severity, count]) => `${count} ${severity}`);
  return `quality ${(score * 100).toFixed(1)} %, violations: ${violations.join(', ') || 'none'}`;
}

const statisticsSummary = ({ minutes }: ComputedStatistics) =>
  Object.entries(minutes)
    .map(([ticker, count]) => `${ticker} ${count} minutes`)
    .join(', ');

const anomaliesSummary = ({ started, ended }: DetectedAnomalies) =>
  `${started.length} started, ${ended.length} ended`;

const notifySummary = ({ stored, summarised, sent, failed, skipped }: NotifyResult) =>
  `${stored} new${summarised === 0 ? '' : `, ${summarised} of them told in a summary`}, ${skipped ?? `${sent} sent, ${failed} given up`}`;

const uploadSummary = (result: UploadHourResult) =>
  result.skipped
    ? 'skipped: S3_BUCKET is not set'
    : `${result.sent} files sent, ${result.unchanged} there already`;

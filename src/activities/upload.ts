import { ApplicationFailure, activityInfo, cancellationSignal, heartbeat, log } from '@temporalio/activity';
import type { Market } from '../domain/quote';
import { uploadedBytes, uploads } from '../metrics/metrics';
import type { Bucket } from '../s3/bucket';
import { HOUR_MS } from '../s3/hour-files';
import { S3Error } from '../s3/s3-error';
import { type UploadedHour, uploadHourTo } from '../s3/upload-hour';

export interface UploadHourInput {
  /** The hour's beginning (UTC), Unix milliseconds. */
  hourMs: number;
}

/** Skipped: there is no bucket to upload to. */
export type UploadHourResult = ({ skipped: false } & UploadedHour) | { skipped: true };

export interface UploadActivities {
  uploadHour(input: UploadHourInput): Promise<UploadHourResult>;
}

export interface UploadDeps {
  market: Market;
  /** `DATA_DIR/archive` */
  folder: string;
  bucket: Bucket | undefined;
}

const HEARTBEAT_MS = 3_000;

/**
 * Uploading the archive. What was uploaded stands in the heartbeat, so that another attempt goes on behind it; give the
 * activity a heartbeat time-out (some 15 s) and time enough for a whole hour's files.
 */
export function createUploadActivities({ market, folder, bucket }: UploadDeps): UploadActivities {
  return {
    async uploadHour({ hourMs }) {
      if (hourMs % HOUR_MS !== 0)
        throw ApplicationFailure.nonRetryable(`${hourMs} is not the beginning of an hour`, 'NoHour');
      if (bucket === undefined) {
        log.info('S3_BUCKET is not set: nothing is uploaded');
        return { skipped: true };
      }
      const done: string[] = [...((activityInfo().heartbeatDetails as string[] | undefined) ?? [])];
      const beat = () => heartbeat([...done]);
      const beating = setInterval(beat, HEARTBEAT_MS);
      try {
        const onFile = ({ key, sent, bytes }: { key: string; sent: boolean; bytes: number }) => {
          uploads.inc({ outcome: sent ? 'sent' : 'unchanged' });
          if (sent) uploadedBytes.inc(bytes);
          done.push(key);
          beat();
        };
        const signal = cancellationSignal();
        const uploaded = await uploadHourTo(bucket, { folder, market, hourMs, done, onFile, signal });
        return { skipped: false, ...uploaded };
      } catch (error) {
        uploads.inc({ outcome: error instanceof S3Error ? error.kind.replace(' ', '_') : 'failed' });
        throw asFailure(error);
      } finally {
        clearInterval(beating);
      }
    },
  };
}

/** What S3 says, as Temporal shows it: what somebody must mend is not tried again. */
function asFailure(error: unknown): unknown {
  if (!(error instanceof S3Error)) return error;
  const types = {
    conflict: 'S3Conflict',
    refused: 'S3Refused',
    'no bucket': 'S3NoBucket',
    unavailable: 'S3Unavailable',
  };
  const nonRetryable = error.kind !== 'unavailable';
  return ApplicationFailure.create({ message: error.message, type: types[error.kind], nonRetryable });
}

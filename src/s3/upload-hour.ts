import { join } from 'node:path';
import type { Market } from '../domain/quote';
import type { Bucket } from './bucket';
import { hourFiles } from './hour-files';
import { uploadFile } from './upload-file';

export interface HourToUpload {
  /** `DATA_DIR/archive` */
  folder: string;
  market: Market;
  /** The hour's beginning (UTC), Unix milliseconds. */
  hourMs: number;
  /** Replaces objects that differ. */
  force?: boolean;
  /** Keys that an earlier attempt has brought to the bucket: they are not looked at again. */
  done?: readonly string[];
  /** Told of each file that the bucket has now. */
  onFile?: (file: { key: string; sent: boolean; bytes: number }) => void;
  signal?: AbortSignal;
}

export interface UploadedHour {
  /** Files that were sent now, and how many bytes they have together. */
  sent: number;
  bytes: number;
  /** Files that the bucket had already. */
  unchanged: number;
}

/**
 * Has the bucket hold the raw and the processed partition of an hour, file by file, under the paths that they have in the
 * archive. Run again, it sends what is missing.
 * @throws S3Error at the first file that can't be brought there
 */
export async function uploadHourTo(bucket: Bucket, hour: HourToUpload): Promise<UploadedHour> {
  const result: UploadedHour = { sent: 0, bytes: 0, unchanged: 0 };
  for (const key of await hourFiles(hour.folder, hour.market, hour.hourMs)) {
    if (hour.done?.includes(key)) {
      result.unchanged += 1;
      continue;
    }
    const { force, signal } = hour;
    const { sent, bytes } = await uploadFile(bucket, { path: join(hour.folder, key), key, force, signal });
    if (sent) {
      result.sent += 1;
      result.bytes += bytes;
    } else result.unchanged += 1;
    hour.onFile?.({ key, sent, bytes });
  }
  return result;
}

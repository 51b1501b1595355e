import { S3Client } from '@aws-sdk/client-s3';
import type { Config } from '../config';
import { withoutUserInfo } from '../config-fields';

/** Where the archive is uploaded to. */
export interface Bucket {
  client: S3Client;
  name: string;
  /** What every key begins with, such as `pricehook/`; empty for nothing. */
  prefix: string;
  /** How messages call the server. */
  server: string;
  close(): void;
}

const CONNECT_WITHIN_MS = 5_000;
/** Of one request, of one part of a large object that is. */
const ANSWER_WITHIN_MS = 60_000;

/**
 * The bucket that is configured; undefined where there is none. It connects at its first request. Without
 * `AWS_ACCESS_KEY_ID` the SDK looks for credentials in all of its own places (profiles, roles).
 */
export function openBucket({ s3 }: Pick<Config, 's3'>): Bucket | undefined {
  if (s3.bucket === undefined) return undefined;
  const client = new S3Client({
    region: s3.region,
    endpoint: s3.endpoint,
    // Servers of one's own seldom have a name for each bucket.
    forcePathStyle: s3.endpoint !== undefined,
    // The SDK writes into what it is given.
    credentials: s3.credentials && { ...s3.credentials },
    // Checksums are asked for one by one; not every server takes the SDK's own everywhere.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: CONNECT_WITHIN_MS,
      requestTimeout: ANSWER_WITHIN_MS,
      throwOnRequestTimeout: true,
    },
  });
  const server = s3.endpoint === undefined ? `S3 in ${s3.region}` : `S3 at ${withoutUserInfo(s3.endpoint)}`;
  return { client, name: s3.bucket, prefix: s3.prefix, server, close: () => client.destroy() };
}

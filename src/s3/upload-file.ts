import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { addAbortSignal, type Readable } from 'node:stream';
import { GetObjectCommand, HeadObjectCommand, S3ServiceException } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { Bucket } from './bucket';
import { describeS3Error, S3Error, words } from './s3-error';

/** Under it, an object's SHA-256 stands in its metadata, in hexadecimal. */
const SHA256 = 'sha256';

const CONTENT_TYPES: Record<string, string> = {
  csv: 'text/csv; charset=utf-8',
  json: 'application/json',
  parquet: 'application/vnd.apache.parquet',
};

export interface FileToUpload {
  path: string;
  /** Without the bucket's prefix. */
  key: string;
  /** Replaces an object that is another one. */
  force?: boolean;
  signal?: AbortSignal;
}

export interface UploadedFile {
  /** False where the bucket has the very same already. */
  sent: boolean;
  bytes: number;
}

/**
 * Has a file in a bucket: sends it, in parts where it is larger than 5 MiB, unless the same is there. The server checks what
 * arrives by its SHA-256, of each part where there are several.
 * @throws S3Error: a `conflict` where the key has other content and `force` is not set, and see `describeS3Error`
 */
export async function uploadFile(bucket: Bucket, file: FileToUpload): Promise<UploadedFile> {
  const key = `${bucket.prefix}${file.key}`;
  const { size: bytes } = await stat(file.path);
  const sha256 = (await sha256Of(createReadStream(file.path), bytes)) ?? '';
  try {
    const difference = await differenceOf(bucket, key, { bytes, sha256 }, file.signal);
    if (difference === 'none') return { sent: false, bytes };
    if (difference !== 'missing' && !file.force)
      throw new S3Error(
        'conflict',
        `${bucket.name}/${key} is there with ${difference}; nothing was overwritten (upload it with --force)`,
      );
    await send(bucket, key, file, sha256);
    return { sent: true, bytes };
  } catch (error) {
    file.signal?.throwIfAborted();
    throw describeS3Error(error, { bucket: bucket.name, server: bucket.server });
  }
}

async function send(
  { client, name }: Bucket,
  key: string,
  { path, signal }: FileToUpload,
  sha256: string,
): Promise<void> {
  const upload = new Upload({
    client,
    params: {
      Bucket: name,
      Key: key,
      Body: createReadStream(path),
      ContentType: CONTENT_TYPES[path.split('.').at(-1) ?? ''],
      ChecksumAlgorithm: 'SHA256',
      Metadata: { [SHA256]: sha256 },
    },
  });
  const stop = () => void upload.abort();
  signal?.addEventListener('abort', stop);
  try {
    signal?.throwIfAborted();
    await upload.done();
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** How what a bucket has under a key differs from a file: in words, unless it is `none` or the key is `missing`. */
async function differenceOf(
  { client, name }: Bucket,
  key: string,
  { bytes, sha256 }: { bytes: number; sha256: string },
  abortSignal: AbortSignal | undefined,
): Promise<string> {
  const object = { Bucket: name, Key: key };
  const head = await client.send(new HeadObjectCommand(object), { abortSignal }).catch(undefinedIfMissing);
  if (head === undefined) return 'missing';
  if (head.ContentLength !== bytes) return `${head.ContentLength} bytes instead of ${bytes}`;
  let theirs = head.Metadata?.[SHA256];
  if (theirs === undefined) {
    // Put there by somebody else, or the server keeps no metadata: then only its bytes tell.
    const { Body } = await client.send(new GetObjectCommand(object), { abortSignal });
    if (abortSignal) addAbortSignal(abortSignal, Body as Readable);
    theirs = await sha256Of(Body as Readable, bytes);
    if (theirs === undefined) return `more than ${bytes} bytes`;
  }
  return theirs === sha256 ? 'none' : `the SHA-256 ${words(theirs)} instead of ${sha256}`;
}

function undefinedIfMissing(error: unknown): undefined {
  if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return undefined;
  throw error;
}

/** Undefined where there are more bytes than so many: a server may go on for ever. */
async function sha256Of(stream: Readable, mostBytes: number): Promise<string | undefined> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of stream) {
    bytes += (piece as Buffer).length;
    if (bytes > mostBytes) return undefined;
    hash.update(piece as Buffer);
  }
  return hash.digest('hex');
}

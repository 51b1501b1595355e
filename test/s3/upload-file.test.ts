import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { readConfig } from '../../src/config';
import { type Bucket, openBucket } from '../../src/s3/bucket';
import { hourFiles } from '../../src/s3/hour-files';
import { describeS3Error } from '../../src/s3/s3-error';
import { uploadFile } from '../../src/s3/upload-file';
import { eventually } from '../support/eventually';
import { S3_BUCKET, S3_CREDENTIALS, type S3Server, startS3Server } from '../support/s3-server';

let server: S3Server;
let folder: string;
const opened: Bucket[] = [];

beforeAll(async () => {
  server = await startS3Server();
  folder = mkdtempSync(join(tmpdir(), 'pricehook-upload-'));
}, 120_000);
afterAll(async () => {
  for (const bucket of opened) bucket.close();
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(env: Record<string, string> = {}): Bucket {
  const settings = { S3_BUCKET, S3_ENDPOINT: server.endpoint, S3_PREFIX: 'of/us', ...S3_CREDENTIALS, ...env };
  const bucket = openBucket(readConfig(settings, false));
  if (bucket === undefined) throw new Error('There is no bucket');
  opened.push(bucket);
  return bucket;
}

function fileOf(name: string, content: string | Buffer) {
  const path = join(folder, name);
  writeFileSync(path, content);
  return { path, key: `live/${name}` };
}

const stored = (name: string) => readFileSync(join(server.bucketFolder, 'of/us/live', name));
const sent = (name: string) =>
  server.output().split(`CREATE OBJECT: ${S3_BUCKET} of/us/live/${name}\n`).length - 1;

describe('uploadFile', () => {
  it('sends a file once, with its SHA-256', async () => {
    const file = fileOf('once.csv', 'a,b\n1,2\n');
    expect(await uploadFile(open(), file)).toEqual({ sent: true, bytes: 8 });
    expect(await uploadFile(open(), file)).toEqual({ sent: false, bytes: 8 });
    await eventually(() => expect(sent('once.csv')).toBe(1));
    expect(stored('once.csv').toString()).toBe('a,b\n1,2\n');
    const object = { Bucket: S3_BUCKET, Key: 'of/us/live/once.csv' };
    const { Metadata, ContentType } = await open().client.send(new HeadObjectCommand(object));
    expect(Metadata?.sha256).toBe(createHash('sha256').update('a,b\n1,2\n').digest('hex'));
    expect(ContentType).toBe('text/csv; charset=utf-8');
  });

  it('sends a large file in parts, and an empty one', async () => {
    const large = Buffer.alloc(12_000_000, 'pricehook');
    const file = fileOf('large.parquet', large);
    expect(await uploadFile(open(), file)).toEqual({ sent: true, bytes: large.length });
    expect(stored('large.parquet').equals(large)).toBe(true);
    const parts = `initiate multipart upload ${S3_BUCKET} of/us/live/large.parquet`;
    await eventually(() => expect(server.output()).toContain(parts));
    expect(await uploadFile(open(), file)).toEqual({ sent: false, bytes: large.length });
    expect(await uploadFile(open(), fileOf('empty.csv', ''))).toEqual({ sent: true, bytes: 0 });
    expect(stored('empty.csv')).toHaveLength(0);
  });

  it('knows what another program has put there by its bytes', async () => {
    const file = fileOf('theirs.csv', 'same\n');
    const object = { Bucket: S3_BUCKET, Key: 'of/us/live/theirs.csv' };
    await open().client.send(new PutObjectCommand({ ...object, Body: 'same\n' }));
    expect(await uploadFile(open(), file)).toEqual({ sent: false, bytes: 5 });
    await open().client.send(new PutObjectCommand({ ...object, Body: 'sane\n' }));
    await expect(uploadFile(open(), file)).rejects.toThrow('is there with the SHA-256');
  });

  it('replaces what differs only where that is asked for', async () => {
    await uploadFile(open(), fileOf('changed.csv', 'one\n'));
    const file = fileOf('changed.csv', 'three\n');
    await expect(uploadFile(open(), file)).rejects.toMatchObject({
      kind: 'conflict',
      message: expect.stringContaining('market/of/us/live/changed.csv is there with 4 bytes instead of 6'),
    });
    expect(stored('changed.csv').toString()).toBe('one\n');
    expect(await uploadFile(open(), { ...file, force: true })).toEqual({ sent: true, bytes: 6 });
    expect(stored('changed.csv').toString()).toBe('three\n');
  });

  it.each([
    ['a wrong secret', { AWS_SECRET_ACCESS_KEY: 'wrong' }],
    ['a wrong key', { AWS_ACCESS_KEY_ID: 'AKIAOTHER' }],
  ])('names the variables for %s, and shows no value', async (_, env) => {
    const error = await uploadFile(open(env), fileOf('refused.csv', 'x')).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ name: 'S3Error', kind: 'refused' });
    const { message } = error as Error;
    expect(message).toContain('AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY');
    for (const secret of [...Object.values(S3_CREDENTIALS), ...Object.values(env)])
      expect(message).not.toContain(secret);
  });

  it('names the bucket that is missing, and the server that can not be reached', async () => {
    const file = fileOf('nowhere.csv', 'x');
    await expect(uploadFile(open({ S3_BUCKET: 'other' }), file)).rejects.toMatchObject({
      kind: 'no bucket',
      message: `S3 at ${server.endpoint} has no bucket other: look at S3_BUCKET`,
    });
    await expect(uploadFile(open({ S3_ENDPOINT: 'http://127.0.0.1:9' }), file)).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining("S3 at http://127.0.0.1:9 can't be reached ("),
    });
  });

  it('tells no password of the endpoint, nor more than a line of what a server says', async () => {
    const withPassword = open({ S3_ENDPOINT: 'http://us:hidden@127.0.0.1:9' });
    const failed = uploadFile(withPassword, fileOf('password.csv', 'x'));
    await expect(failed).rejects.toThrow("S3 at http://********@127.0.0.1:9 can't be reached");
    const said = Object.assign(new Error(`a\0\nb${'x'.repeat(5_000_000)}`), {
      $metadata: { httpStatusCode: 500 },
    });
    const { message } = describeS3Error(said, { bucket: 'b', server: 'S3' });
    expect(message).toMatch(/^S3 answered 500 \(Error: a bx{200,300}…\)$/);
  });

  it('reads no more than its own length of what another program has put there', async () => {
    const endless = createServer((request, response) => {
      if (request.method === 'HEAD') response.setHeader('content-length', 5).end();
      else {
        const more = setInterval(() => response.write(Buffer.alloc(65_536)), 5);
        response.on('close', () => clearInterval(more));
      }
    });
    await new Promise<void>((listening) => endless.listen(0, '127.0.0.1', listening));
    const { port } = endless.address() as AddressInfo;
    const bucket = open({ S3_ENDPOINT: `http://127.0.0.1:${port}` });
    await expect(uploadFile(bucket, fileOf('endless.csv', 'same\n'))).rejects.toThrow(
      'with more than 5 bytes',
    );
    bucket.close();
    endless.closeAllConnections();
    await new Promise((closed) => endless.close(closed));
  });
});

describe('hourFiles', () => {
  it('names no link, to a file or a folder, which may lead anywhere', async () => {
    const archive = join(folder, 'archive');
    const at = (path: string) => join(archive, 'live/snapshots/date=2026-11-21', path);
    mkdirSync(at('hour=03'), { recursive: true });
    writeFileSync(at('hour=03/BTC.csv'), 'x');
    symlinkSync('/etc/passwd', at('hour=03/ETH.csv'));
    symlinkSync(at('hour=03'), at('hour=04'));
    const hour = Date.parse('2026-11-21T03:00:00Z');
    expect(await hourFiles(archive, 'live', hour)).toEqual([
      'live/snapshots/date=2026-11-21/hour=03/BTC.csv',
    ]);
    expect(await hourFiles(archive, 'live', hour + 3_600_000)).toEqual([]);
  });
});

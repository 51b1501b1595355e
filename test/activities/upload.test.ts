import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';
import { createUploadActivities } from '../../src/activities/upload';
import { readConfig } from '../../src/config';
import { type Bucket, openBucket } from '../../src/s3/bucket';
import { eventually } from '../support/eventually';
import { S3_BUCKET, S3_CREDENTIALS, type S3Server, startS3Server } from '../support/s3-server';
import { quietRuntime } from '../support/stack';
import { createTestNamespace, type TestNamespace } from '../support/temporal';
import { uploadOneHour } from '../support/upload-workflow';

const HOUR = Date.parse('2026-11-21T03:00:00Z');
const PARTITION = 'date=2026-11-21/hour=03';

let server: S3Server;
let folder: string;
/** In the bucket, of each test. */
let prefix: string;
let tests = 0;
let bucket: Bucket | undefined;

beforeAll(async () => {
  quietRuntime();
  server = await startS3Server();
}, 120_000);
afterAll(async () => {
  await server?.close();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pricehook-archive-'));
  tests += 1;
  prefix = `of-test-${tests}`;
  bucket = openWith({});
});
afterEach(() => {
  bucket?.close();
  rmSync(folder, { recursive: true, force: true });
});

function openWith(env: Record<string, string>): Bucket | undefined {
  const settings = { S3_BUCKET, S3_ENDPOINT: server.endpoint, S3_PREFIX: prefix, ...S3_CREDENTIALS, ...env };
  return openBucket(readConfig(settings, false));
}

function archive(path: string, content: string | Buffer): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

const activities = () => createUploadActivities({ market: 'live', folder, bucket });
const upload = (hourMs = HOUR, info = {}) =>
  new MockActivityEnvironment(info).run(activities().uploadHour, { hourMs });

const requests = (kind: 'HEAD OBJECT' | 'CREATE OBJECT:', key: string) =>
  server.output().split(`${kind} ${S3_BUCKET} ${prefix}/${key}\n`).length - 1;

const uploaded = () => join(server.bucketFolder, prefix);

/** All files of a folder, as paths with forward slashes. */
const filesOf = (root: string) =>
  !existsSync(root)
    ? []
    : (readdirSync(root, { recursive: true }) as string[])
        .filter((path) => statSync(join(root, path)).isFile())
        .sort();

describe('uploadHour', () => {
  it('brings the raw and the processed partition of its hour and market, and nothing else', async () => {
    archive(`live/snapshots/${PARTITION}/BTC.csv`, 'raw\n');
    archive(`live/snapshots/${PARTITION}/BTC.manifest.json`, '{}\n');
    archive(`live/snapshots/${PARTITION}/.ETH.csv.0a.draft`, 'half');
    archive(`live/processed/${PARTITION}/BTC.csv`, 'processed\n');
    archive('live/snapshots/date=2026-11-21/hour=04/BTC.csv', 'later\n');
    archive(`replay/snapshots/${PARTITION}/BTC.csv`, 'simulated\n');
    expect(await upload()).toEqual({ skipped: false, sent: 3, bytes: 17, unchanged: 0 });
    expect(filesOf(uploaded())).toEqual([
      `live/processed/${PARTITION}/BTC.csv`,
      `live/snapshots/${PARTITION}/BTC.csv`,
      `live/snapshots/${PARTITION}/BTC.manifest.json`,
    ]);
    archive(`live/snapshots/${PARTITION}/BTC.partial-001.csv`, 'more\n');
    expect(await upload()).toEqual({ skipped: false, sent: 1, bytes: 5, unchanged: 3 });
  });

  it('is skipped without a bucket, and does nothing for an hour without files', async () => {
    expect(await upload()).toEqual({ skipped: false, sent: 0, bytes: 0, unchanged: 0 });
    archive(`live/snapshots/${PARTITION}/BTC.csv`, 'raw\n');
    bucket = undefined;
    expect(await upload()).toEqual({ skipped: true });
    expect(filesOf(uploaded())).toEqual([]);
  });

  it('does not ask again for what the heartbeat says is there', async () => {
    const keys = ['ETH', 'SOL'].map((ticker) => `live/snapshots/${PARTITION}/${ticker}.csv`);
    for (const key of keys) archive(key, 'raw\n');
    expect(await upload(HOUR, { heartbeatDetails: [keys[0]] })).toMatchObject({ sent: 1, unchanged: 1 });
    // The server answers before its line of output is here.
    await eventually(() => expect(requests('CREATE OBJECT:', keys[1] as string)).toBe(1));
    expect(requests('HEAD OBJECT', keys[0] as string)).toBe(0);
  });

  it.each([
    ['S3Refused', { AWS_SECRET_ACCESS_KEY: 'wrong' }],
    ['S3NoBucket', { S3_BUCKET: 'other' }],
  ])('fails for good with %s', async (type, env) => {
    archive(`live/snapshots/${PARTITION}/BTC.csv`, 'raw\n');
    bucket?.close();
    bucket = openWith(env);
    await expect(upload()).rejects.toMatchObject({ type, nonRetryable: true });
  });

  it('fails for good where the bucket has something else', async () => {
    archive(`live/snapshots/${PARTITION}/BTC.csv`, 'raw\n');
    await upload();
    archive(`live/snapshots/${PARTITION}/BTC.csv`, 'row\n');
    await expect(upload()).rejects.toMatchObject({ type: 'S3Conflict', nonRetryable: true });
  });
});

describe('uploadHour, as Temporal runs it', () => {
  let temporal: TestNamespace;
  let connection: NativeConnection;
  beforeAll(async () => {
    temporal = await createTestNamespace();
    connection = await NativeConnection.connect(temporal.config.connectionOptions);
  });
  afterAll(async () => {
    await connection.close();
    await temporal.close();
  });

  it('goes on behind what was uploaded when the server is killed half-way and comes back', async () => {
    const keys = [...'ABCDEF'].map((name) => `live/snapshots/${PARTITION}/${name}.parquet`);
    for (const key of keys) archive(key, Buffer.alloc(11_000_000, key));
    const workflowsPath = require.resolve('../support/upload-workflow');
    const worker = await Worker.create({
      connection,
      namespace: temporal.namespace,
      taskQueue: 'uploads',
      workflowBundle: await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') }),
      activities: activities(),
    });
    const result = await worker.runUntil(async () => {
      const options = {
        taskQueue: 'uploads',
        workflowId: 'upload',
        args: [{ hourMs: HOUR }] as [{ hourMs: number }],
      };
      const handle = await temporal.client.workflow.start(uploadOneHour, options);
      await eventually(() => expect(requests('HEAD OBJECT', keys[2] as string)).toBe(1));
      await server.kill();
      await eventually(async () => {
        const { raw } = await handle.describe();
        expect(raw.pendingActivities?.[0]?.lastFailure?.message).toMatch(/can't be reached/);
      });
      await server.restart();
      return await handle.result();
    });
    expect(result).toMatchObject({ skipped: false });
    const { sent, unchanged } = result as { sent: number; unchanged: number };
    expect(sent + unchanged).toBe(keys.length);
    expect(unchanged).toBeGreaterThanOrEqual(2);
    for (const key of keys.slice(0, 2)) expect(requests('HEAD OBJECT', key)).toBe(1);
    for (const key of keys)
      expect(readFileSync(join(uploaded(), key)).equals(readFileSync(join(folder, key)))).toBe(true);
  });
});

